import { isHttp } from '../../../../registry/protocol.ts'
import { portLocation } from '../../../../registry/service.ts'
import type { Found, MeshRule } from '../../rule.ts'

const HTTPS_PORT = 443

export const plainTextOn443: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const service of registry.services) {
      if (service.resolution === 'Alias') continue
      const port = service.ports.find(({ number, protocol }) => number === HTTPS_PORT && isHttp(protocol))
      if (!port) continue
      yield {
        message: `${service.hostname}:${HTTPS_PORT} is ${port.protocol}, without TLS: proxies route plain text on port ${HTTPS_PORT} by its host, so that CONNECT requests to a proxy there, and hosts that the mesh does not know, get 404`,
        resource: service.source,
        location: portLocation(service, HTTPS_PORT),
      }
    }
  },
}
