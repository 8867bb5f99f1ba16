import type { KubeService } from '../../../../../kinds/index.ts'
import type { MeshRule } from '../../../rule.ts'

/** Namespaces of the cluster itself, whose Services users do not control. */
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** Istio's own Services, such as gateways with their health check port. */
const isPartOfIstio = (labels: ReadonlyMap<string, string>): boolean =>
  labels.has('istio') || labels.get('release') === 'istio'

function reason({ name, appProtocol }: KubeService['spec']['ports'][number]): string {
  if (appProtocol !== undefined) return `appProtocol ${JSON.stringify(appProtocol)} is none that proxies know`
  return name === '' ? 'the port has neither a name nor appProtocol' : `the name ${name} states none`
}

export const protocolUnset: MeshRule = {
  *checkMesh({ registry }) {
    for (const service of registry.services) {
      if (service.registry !== 'Kubernetes' || service.resolution === 'Alias') continue
      const { namespace, ports, labels, source } = service
      if (SYSTEM_NAMESPACES.has(namespace) || isPartOfIstio(labels)) continue
      for (const [index, { number, protocol }] of ports.entries()) {
        const written = source.spec.ports[index]
        if (protocol !== 'Unsupported' || !written || written.protocol === 'SCTP') continue
        yield {
          message: `the protocol of port ${number} is guessed from the first bytes of each connection: ${reason(written)}`,
          resource: source,
          location: source.location.child('spec', 'ports', index),
        }
      }
    }
  },
}
