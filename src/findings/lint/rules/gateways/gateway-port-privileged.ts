import { serverLocation, serverText } from '../../../gateways/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { serversOfMesh } from './routers.ts'

export const gatewayPortPrivileged: MeshRule = {
  *checkMesh({ scope }): Iterable<Found> {
    for (const [, { server, state }] of serversOfMesh(scope)) {
      if (state !== 'privileged-port') continue
      yield {
        message: `${serverText(server)}: the pod of the router is not privileged and cannot listen on port ${server.resolvedPort}`,
        resource: server.gateway,
        location: serverLocation(server).child('port', 'number'),
      }
    }
  },
}
