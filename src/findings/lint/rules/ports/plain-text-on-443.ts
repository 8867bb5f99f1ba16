import { keepingPart } from '../../../../common/changes/parts.ts'
import { isHttp } from '../../../../registry/protocol.ts'
import { type Port, portLocation, type Service } from '../../../../registry/service.ts'
import type { Found, MeshRule } from '../../rule.ts'

const HTTPS_PORT = 443

const isPlainText = ({ number, protocol }: Port): boolean => number === HTTPS_PORT && isHttp(protocol)

const candidates = keepingPart(({ resolution, ports }: Service) => resolution !== 'Alias' && ports.some(isPlainText))

export const plainTextOn443: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const service of candidates(registry.snapshot.memory, '', registry.services)) {
      const port = service.ports.find(isPlainText)
      if (!port) continue
      yield {
        message: `${service.hostname}:${HTTPS_PORT} is ${port.protocol}, without TLS: proxies route plain text on port ${HTTPS_PORT} by its host, so that CONNECT requests to a proxy there, and hosts that the mesh does not know, get 404`,
        resource: service.source,
        location: portLocation(service, HTTPS_PORT),
      }
    }
  },
}
