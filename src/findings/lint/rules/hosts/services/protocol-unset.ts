import { keepingPart } from '../../../../../common/changes/parts.ts'
import type { KubeService } from '../../../../../kinds/index.ts'
import type { Service } from '../../../../../registry/service.ts'
import type { Found, MeshRule } from '../../../rule.ts'

/** Namespaces of the cluster itself, whose Services users do not control. */
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** Istio's own Services, such as gateways with their health check port. */
const isPartOfIstio = (labels: ReadonlyMap<string, string>): boolean =>
  labels.has('istio') || labels.get('release') === 'istio'

function reason({ name, appProtocol }: KubeService['spec']['ports'][number]): string {
  if (appProtocol !== undefined) return `appProtocol ${JSON.stringify(appProtocol)} is none that proxies know`
  return name === '' ? 'the port has neither a name nor appProtocol' : `the name ${name} states none`
}

const guessed = (port: number, why: string): string =>
  `the protocol of port ${port} is guessed from the first bytes of each connection: ${why}`

function* ofService({
  namespace,
  ports,
  labels,
  source,
}: Extract<Service, { registry: 'Kubernetes' }>): Iterable<Found> {
  if (SYSTEM_NAMESPACES.has(namespace) || isPartOfIstio(labels)) return
  for (const [index, { number, protocol }] of ports.entries()) {
    const written = source.spec.ports[index]
    if (protocol !== 'Unsupported' || !written || written.protocol === 'SCTP') continue
    yield {
      message: guessed(number, reason(written)),
      resource: source,
      location: source.location.child('spec', 'ports', index),
    }
  }
}

/** In a ServiceEntry, only the field `protocol` states one. */
function* ofEntry({ source }: Extract<Service, { registry: 'External' }>): Iterable<Found> {
  for (const [index, { number, name, protocol }] of source.spec.ports.entries()) {
    if (protocol !== '') continue
    const why = 'it states no protocol'
    yield {
      message: guessed(number, name === '' ? why : `${why}, and in a ServiceEntry the name ${name} does not state one`),
      resource: source,
      location: source.location.child('spec', 'ports', index),
    }
  }
}

const candidates = keepingPart((service: Service) =>
  service.registry === 'External'
    ? service.source.spec.ports.some(({ protocol }) => protocol === '')
    : service.resolution !== 'Alias' && service.ports.some(({ protocol }) => protocol === 'Unsupported'),
)

export const protocolUnset: MeshRule = {
  *checkMesh({ registry }) {
    for (const service of candidates(registry.snapshot.memory, '', registry.services)) {
      if (service.registry === 'External') yield* ofEntry(service)
      else yield* ofService(service)
    }
  },
}
