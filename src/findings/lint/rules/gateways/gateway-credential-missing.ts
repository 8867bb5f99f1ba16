import {
  credentialsOf,
  type RouterReport,
  type Secrets,
  type ServerReport,
  serverText,
} from '../../../gateways/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { serversOfMesh } from './routers.ts'

function* missing({ view, known }: RouterReport, { server }: ServerReport, secrets: Secrets): Iterable<Found> {
  const { clusterId, namespace: own } = view.proxy
  for (const { namespace = own, name, location } of credentialsOf(server)) {
    // The namespace of an assumed router is a guess; it may as well be that of the Gateway.
    const namespaces = known ? [namespace] : [namespace, server.gateway.meta.namespace]
    if (namespaces.some((each) => secrets.has(clusterId, each, name))) continue
    const elsewhere = secrets.namespacesOf(clusterId, name)
    if (elsewhere.length === 0 && !(known && secrets.anyIn(clusterId, namespace))) continue
    const hint = elsewhere.length > 0 ? `; there is one in ${elsewhere.join(', ')}` : ''
    yield {
      message: `${serverText(server)} needs Secret ${name} in ${namespace}, the namespace of the router, which does not have it${hint}`,
      resource: server.gateway,
      location,
    }
  }
}

/** Only where the input tells of Secrets. */
export const gatewayCredentialMissing: MeshRule = {
  *checkMesh({ scope, secrets }): Iterable<Found> {
    if (!secrets) return
    for (const [router, server] of serversOfMesh(scope)) yield* missing(router, server, secrets)
  },
}
