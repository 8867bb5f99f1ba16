import { keepingPart } from '../../../../../common/changes/parts.ts'
import type { KubeServicePort } from '../../../../../kinds/kubernetes/service.ts'
import type { Registry } from '../../../../../registry/registry.ts'
import { isHeadlessService, type KubernetesService, type Service } from '../../../../../registry/service.ts'
import type { Found, MeshRule } from '../../../rule.ts'

/**
 * The pods' port if it differs: from the endpoints, or if there are none, from the Service's number for the pods that
 * it selects.
 */
function otherPort(service: Service, port: KubeServicePort, registry: Registry): number | undefined {
  const endpoints = registry
    .endpointsOf(service.namespace, service.hostname)
    .filter(({ servicePortName }) => servicePortName === port.name)
  if (endpoints.length > 0) return endpoints.find((endpoint) => endpoint.port !== port.port)?.port
  const { targetPort } = port
  if (typeof targetPort !== 'number' || targetPort === 0 || targetPort === port.port) return undefined
  return service.selector?.size ? targetPort : undefined
}

function* portsOf(service: KubernetesService, registry: Registry): Iterable<Found> {
  const { spec, location } = service.source
  for (const [index, port] of spec.ports.entries()) {
    if (port.protocol === 'UDP') continue
    const other = otherPort(service, port, registry)
    if (other === undefined) continue
    yield {
      message:
        `port ${port.port} of a headless Service leads to port ${other} of its pods: clients dial pods by address, so ` +
        `that proxies connect to port ${port.port}, where no pod listens`,
      resource: service.source,
      location: location.child('spec', 'ports', index, 'targetPort'),
    }
  }
}

const headless = keepingPart(isHeadlessService)

export const headlessTargetPort: MeshRule = {
  *checkMesh({ registry }) {
    for (const service of headless(registry.snapshot.memory, '', registry.services)) {
      yield* portsOf(service, registry)
    }
  },
}
