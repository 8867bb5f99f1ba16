/** The findings of lint on both sides of a comparison. */
import type { LintFinding, Mesh } from '../../index.ts'
import { lint, syntheticProxies } from '../../index.ts'
import type { DiffOptions } from './options.ts'

/** What lint finds in a mesh with its default settings. */
export function lintMesh(
  { registry, scope }: Mesh,
  { dnsCapture = 'mesh', meta }: DiffOptions,
): readonly LintFinding[] {
  const proxies = syntheticProxies(scope, dnsCapture, new Map(meta))
  return lint({ registry, scope, fromVersion: undefined }, { proxies, severities: new Map() })
}
