/** Objects that install charts or other objects, which are then not in the input. */
import { groupOf } from '../../kinds/lookup.ts'
import { fieldAt, type JsonMapping, valueAt } from '../../sources/mapping.ts'
import type { RawObject } from './objects.ts'

type Namespaces = (value: JsonMapping, own: string) => readonly unknown[]

const target: Namespaces = (value, own) => [valueAt(value as never, ['spec', 'targetNamespace']) ?? own]

/** For each kind, the namespaces that it installs into. */
const INSTALLERS: ReadonlyMap<string, Namespaces> = new Map([
  ['helm.toolkit.fluxcd.io/HelmRelease', target],
  ['kustomize.toolkit.fluxcd.io/Kustomization', target],
  ['helm.cattle.io/HelmChart', target],
  ['argoproj.io/Application', (value) => [valueAt(value as never, ['spec', 'destination', 'namespace'])]],
  [
    'argoproj.io/ApplicationSet',
    (value) => [valueAt(value as never, ['spec', 'template', 'spec', 'destination', 'namespace'])],
  ],
])

/**
 * The namespaces that an object installs into.
 * @param defaultNamespace of objects without one
 */
export function installedNamespaces(
  { apiVersion, kind, value }: RawObject,
  defaultNamespace: string,
): readonly string[] {
  const namespaces = INSTALLERS.get(`${groupOf(apiVersion)}/${kind}`)
  if (!namespaces) return []
  const own = fieldAt(fieldAt(value, 'metadata'), 'namespace')
  const found = namespaces(value, typeof own === 'string' ? own : defaultNamespace)
  return found.filter((name) => typeof name === 'string' && name !== '') as readonly string[]
}
