import { keepingPart } from '../../../../common/changes/parts.ts'
import type { KubeService } from '../../../../kinds/index.ts'
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

/** Objects that came from an API server have been accepted by it. */
const refusedIn = keepingPart((resource: Resource) => {
  const { name, namespace, stored } = resource.meta
  return !stored && !(isAllowedName(name, ruleOf(resource)) && isAllowedNamespace(namespace))
})

const isRefusedPort = ({ name }: KubeService['spec']['ports'][number]): boolean => name !== '' && !isLabel(name)

const withRefusedPorts = keepingPart(({ meta, spec }: KubeService) => !meta.stored && spec.ports.some(isRefusedPort))

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

function* inPorts(service: KubeService): Iterable<Found> {
  for (const [index, port] of service.spec.ports.entries()) {
    if (!isRefusedPort(port)) continue
    yield {
      message: `no API server accepts the name ${JSON.stringify(clip(port.name))} of a port: ${EXPECTED.label}`,
      resource: service,
      location: service.location.child('spec', 'ports', index, 'name'),
    }
  }
}

function* refusals({ registry }: MeshFacts): Iterable<Found> {
  const { clusters, istio, assumed, memory } = registry.snapshot
  for (const [name, list] of Object.entries(istio)) {
    for (const resource of refusedIn(memory, name, list)) yield* inResource(resource)
  }
  for (const cluster of clusters) {
    for (const [index, list] of objectLists(cluster).entries()) {
      for (const resource of refusedIn(memory, `${cluster.id} ${index}`, list)) {
        if (!assumed.objects.has(resource)) yield* inResource(resource)
      }
    }
  }
  for (const { id, services } of clusters) {
    for (const service of withRefusedPorts(memory, id, services)) yield* inPorts(service)
  }
}

export const nameRefused: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    for (const found of refusals(mesh)) if (placeholderOf(found.message) === undefined) yield found
  },
}
