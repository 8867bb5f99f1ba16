import { secretsOf } from '../../../src/findings/gateways/index.ts'
import {
  type DnsCaptureMode,
  type LintFinding,
  lint,
  type MeshFacts,
  RULE_IDS,
  type RuleId,
  syntheticProxies,
} from '../../../src/findings/lint/index.ts'
import { parseIstioVersion } from '../../../src/releases/version.ts'
import { parseDocuments } from '../../../src/sources/index.ts'
import { type MeshOptions, meshOf } from '../../support/mesh.ts'

export interface LintTestOptions extends MeshOptions {
  readonly capture?: DnsCaptureMode
  readonly fromVersion?: string
  readonly strict?: boolean
}

/** The findings of one rule for manifests in the test. */
export function findingsOf(rule: RuleId, manifests: string, options: LintTestOptions = {}): readonly LintFinding[] {
  const { registry, scope } = meshOf(manifests, options)
  const fromVersion = options.fromVersion === undefined ? undefined : parseIstioVersion(options.fromVersion)
  const { documents } = parseDocuments({ name: 'mesh.yaml', text: manifests }, '')
  const secrets = secretsOf(documents, registry.snapshot.clusters[0].id, 'default')
  const known = { hosts: [], namespaces: [], strict: options.strict ?? false }
  const mesh: MeshFacts = { registry, scope, fromVersion, secrets, known }
  const proxies = syntheticProxies(scope, options.capture ?? 'mesh')
  const severities = new Map(RULE_IDS.filter((id) => id !== rule).map((id) => [id, 'off'] as const))
  return lint(mesh, { proxies, severities })
}

/** `ServiceEntry default/db` for every finding of one rule, with repeats. */
export function objectsWith(rule: RuleId, manifests: string, options: LintTestOptions = {}): readonly string[] {
  return findingsOf(rule, manifests, options).map(({ object }) => `${object.kind} ${object.namespace}/${object.name}`)
}
