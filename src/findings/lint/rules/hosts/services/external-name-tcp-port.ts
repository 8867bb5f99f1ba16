import { keepingPart } from '../../../../../common/changes/parts.ts'
import { isHttp, isTls } from '../../../../../registry/protocol.ts'
import type { Registry } from '../../../../../registry/registry.ts'
import type { Service } from '../../../../../registry/service.ts'
import type { Found, MeshRule } from '../../../rule.ts'

/** Whether the mesh has the service that the name resolves to, with this port. */
function leadsToPort(service: Service, port: number, { servicesByHost }: Registry): boolean {
  const seen = new Set<string>()
  let host = service.kubernetes?.externalName ?? ''
  for (;;) {
    const services = servicesByHost.get(host) ?? []
    const alias = services.find(({ resolution }) => resolution === 'Alias')
    if (!alias) return services.some(({ ports }) => ports.some(({ number }) => number === port))
    if (seen.has(host)) return false
    seen.add(host)
    host = alias.kubernetes?.externalName ?? ''
  }
}

function* portsOf(service: Service, registry: Registry): Iterable<Found> {
  const target = service.kubernetes?.externalName ?? ''
  for (const [index, { number, protocol }] of service.ports.entries()) {
    // TLS contains the server name, so it does not need the port's listener.
    if (isHttp(protocol) || isTls(protocol) || protocol === 'UDP') continue
    if (leadsToPort(service, number, registry)) continue
    const stated = protocol === 'Unsupported' ? 'has no protocol' : `is ${protocol}`
    yield {
      message:
        `port ${number} of an ExternalName Service ${stated}: nothing is made for it, and connections to ${target} pass ` +
        'the proxy by, or are closed with REGISTRY_ONLY',
      resource: service.source,
      location: service.source.location.child('spec', 'ports', index),
    }
  }
}

const externalNames = keepingPart(({ resolution }: Service) => resolution === 'Alias')

export const externalNameTcpPort: MeshRule = {
  *checkMesh({ registry }) {
    for (const service of externalNames(registry.snapshot.memory, '', registry.services)) {
      yield* portsOf(service, registry)
    }
  },
}
