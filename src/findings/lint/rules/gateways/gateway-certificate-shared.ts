import { groupBy } from '../../../../common/collections.ts'
import { type ServerReport, serverLocation, serverText } from '../../../gateways/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { listed } from '../texts.ts'
import { routersOfMesh } from './routers.ts'

/** The credentials of a server; none if it does not terminate TLS. */
function certificatesOf({ server: { kind, spec } }: ServerReport): readonly string[] {
  const { tls } = spec
  if (!tls || kind !== 'https') return []
  const names = tls.credentialNames.length > 0 ? tls.credentialNames : [tls.credentialName]
  return [...names, tls.serverCertificate].filter((name) => name !== '')
}

/** Whether the servers have different routes, so one of them does not know some requests for the other's hosts. */
function routesDiffer(a: ServerReport, b: ServerReport): boolean {
  if (a.server.routeName === b.server.routeName) return false
  const [ofA, ofB] = [new Set(a.virtualServices), new Set(b.virtualServices)]
  return [...ofA].some((each) => !ofB.has(each)) || [...ofB].some((each) => !ofA.has(each))
}

function found(first: ServerReport, later: ServerReport, certificate: string): Found {
  const { server } = later
  const hosts = listed([...first.server.hosts, ...server.hosts])
  return {
    message: `${serverText(server)} and ${serverText(first.server)} show the certificate ${certificate}: browsers use one connection for ${hosts}, and requests that arrive at the other server get 404`,
    resource: server.gateway,
    location: serverLocation(server).child('tls', 'credentialName'),
    related: [{ message: `${serverText(first.server)} shows it too`, location: serverLocation(first.server) }],
  }
}

export const gatewayCertificateShared: MeshRule = {
  *checkMesh({ scope }): Iterable<Found> {
    for (const { servers } of routersOfMesh(scope)) {
      const uses = servers.flatMap((server) =>
        server.state === 'serves' ? certificatesOf(server).map((certificate) => ({ server, certificate })) : [],
      )
      const shared = groupBy(uses, ({ server: { listener }, certificate }) => JSON.stringify([listener, certificate]))
      for (const [first, ...others] of shared.values()) {
        for (const { server, certificate } of others) {
          if (routesDiffer(first.server, server)) yield found(first.server, server, certificate)
        }
      }
    }
  },
}
