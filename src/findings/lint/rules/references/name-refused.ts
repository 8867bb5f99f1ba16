import type { Resource } from '../../../../kinds/resource.ts'
import { isSubdomain } from '../../../../resources/label-syntax.ts'
import { objectLists } from '../../../../resources/snapshot.ts'
import { placeholderOf } from '../../placeholders.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { clip } from './wording.ts'

const LABEL_OF_SERVICE = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const LONGEST_LABEL = 63

/** What names of a kind are, in the API server's terms. */
type NameRule = 'label' | 'service' | 'subdomain'

const RULES: ReadonlyMap<string, NameRule> = new Map([
  ['Service', 'service'],
  ['Namespace', 'label'],
])

const isLabel = (text: string): boolean => text.length <= LONGEST_LABEL && isSubdomain(text) && !text.includes('.')

function isAllowed(name: string, rule: NameRule): boolean {
  if (rule === 'label') return isLabel(name)
  if (rule === 'service') return name.length <= LONGEST_LABEL && LABEL_OF_SERVICE.test(name)
  return isSubdomain(name)
}

const EXPECTED: Readonly<Record<NameRule, string>> = {
  label: 'it has at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends',
  service: 'it begins with a lower-case letter and has at most 63 of a-z, 0-9 and -, the last of them not -',
  subdomain: 'its parts between dots have lower-case letters, digits and hyphens, with a letter or digit at both ends',
}

const isAllowedName = (name: string, rule: NameRule): boolean => name === '' || isAllowed(name, rule)

const isAllowedNamespace = (namespace: string): boolean => namespace === '' || isLabel(namespace)

const ruleOf = ({ kind }: Resource): NameRule => RULES.get(kind) ?? 'subdomain'

/** Runs for every object, so it allocates nothing where there is no finding. */
const isAccepted = (resource: Resource): boolean =>
  isAllowedName(resource.meta.name, ruleOf(resource)) && isAllowedNamespace(resource.meta.namespace)

function* inResource(resource: Resource): Iterable<Found> {
  const { meta, location } = resource
  const { name, namespace } = meta
  const refused = (text: string, what: string, rule: NameRule, path: readonly (string | number)[]): Found => ({
    message: `no API server accepts ${what} ${JSON.stringify(clip(text))}: ${EXPECTED[rule]}`,
    resource,
    location: location.child(...path),
  })
  const rule = ruleOf(resource)
  if (!isAllowedName(name, rule)) yield refused(name, 'the name', rule, ['metadata', 'name'])
  if (!isAllowedNamespace(namespace)) {
    yield refused(namespace, 'the namespace', 'label', ['metadata', 'namespace'])
  }
}

/** Ports of Services and their names. */
function* inPorts({ registry }: MeshFacts): Iterable<Found> {
  for (const { services } of registry.snapshot.clusters) {
    for (const service of services) {
      for (const [index, { name }] of service.spec.ports.entries()) {
        if (name === '' || isLabel(name)) continue
        yield {
          message: `no API server accepts the name ${JSON.stringify(clip(name))} of a port: ${EXPECTED.label}`,
          resource: service,
          location: service.location.child('spec', 'ports', index, 'name'),
        }
      }
    }
  }
}

function* allObjects({ registry }: MeshFacts): Iterable<Resource> {
  const { clusters, istio, assumed } = registry.snapshot
  for (const list of Object.values(istio)) yield* list
  for (const cluster of clusters) {
    for (const list of objectLists(cluster)) {
      for (const resource of list) if (!assumed.objects.has(resource)) yield resource
    }
  }
}

const isFilledIn = ({ message }: Found): boolean => placeholderOf(message) === undefined

/** Objects that came from an API server have been accepted by it. */
export const nameRefused: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    for (const resource of allObjects(mesh)) {
      if (resource.meta.stored || isAccepted(resource)) continue
      for (const found of inResource(resource)) if (isFilledIn(found)) yield found
    }
    for (const found of inPorts(mesh)) if (!found.resource.meta.stored && isFilledIn(found)) yield found
  },
}
