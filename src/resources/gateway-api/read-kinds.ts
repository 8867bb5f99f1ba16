/** Which kinds of the Gateway API an istiod reads (pilot/pkg/config/kube/gateway/controller.go). */
import { describeResource, type Resource } from '../../kinds/resource.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { type Features, flag } from '../mesh/features.ts'
import { problemAt } from '../problems.ts'
import type { ClusterObjects } from '../snapshot.ts'

const ALPHA = 'PILOT_ENABLE_ALPHA_GATEWAY_API'

/** The kinds that only some istiods read. */
export interface ReadKinds {
  /** And listeners of protocol TCP are served. */
  readonly tcpRoutes: boolean
  /** And listeners of protocol TLS are served. */
  readonly tlsRoutes: boolean
  readonly listenerSets: boolean
  readonly backendTlsPolicies: boolean
  readonly backendTrafficPolicies: boolean
}

export function readKinds({ env, has }: Features): ReadKinds {
  const alpha = flag(env, ALPHA, false)
  return {
    tcpRoutes: alpha || has('tcp-routes'),
    tlsRoutes: alpha || has('tls-routes'),
    listenerSets: has('listener-sets'),
    backendTlsPolicies: alpha || has('backend-tls-policies'),
    backendTrafficPolicies: alpha,
  }
}

/** One warning for each kind of which a cluster has objects that istiod does not read. */
export function unreadKindProblems([config]: readonly ClusterObjects[], features: Features): readonly SourceProblem[] {
  if (!config) return []
  const reads = readKinds(features)
  const { tcpRoutes, tlsRoutes, listenerSets, backendTlsPolicies } = config
  const unread = (isRead: boolean, [first]: readonly Resource[]): readonly Resource[] =>
    isRead || !first ? [] : [first]
  const firsts = [
    ...unread(reads.tcpRoutes, tcpRoutes),
    ...unread(reads.tlsRoutes, tlsRoutes),
    ...unread(reads.listenerSets, listenerSets),
    ...unread(reads.backendTlsPolicies, backendTlsPolicies),
  ]
  return firsts.map((resource) => {
    const message = `this release of Istio does not read objects such as ${describeResource(resource)}`
    const hint =
      resource.kind === 'ListenerSet' ? 'ListenerSets are read from 1.30 on' : `${ALPHA}=true lets it read them`
    return problemAt(resource.location, { severity: 'warning', message, hint })
  })
}
