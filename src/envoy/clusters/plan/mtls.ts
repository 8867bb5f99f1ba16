/** The accepted identities of a service, and whether its workloads use mTLS (pilot/pkg/model/push_context.go). */

import { compareBytes } from '../../../common/bytes.ts'
import type { TrafficPolicy } from '../../../kinds/messages/destination-rule.ts'
import type { Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { endpointsOfPort } from '../../endpoints/plan/balance.ts'
import { namespaceMtls } from '../../policy/peer-authentication.ts'

const SPIFFE_ID = /^spiffe:\/\/[^/]*(\/ns\/[^/]*\/sa\/[^/]*)$/

function inOtherDomains(account: string, aliases: readonly string[]): readonly string[] {
  const path = SPIFFE_ID.exec(account)?.[1]
  return path === undefined ? [] : aliases.map((alias) => `spiffe://${alias}${path}`)
}

/** The identities declared by the service, or by the last service with this host and namespace. */
function declaredAccounts(view: ProxyView, { hostname, namespace }: Service): readonly string[] {
  const services = view.registry.servicesByHost.get(hostname) ?? []
  return services.findLast((service) => service.namespace === namespace)?.serviceAccounts ?? []
}

/** The identities that a server of the service may have, in all trust domains of the mesh, sorted. */
export function serviceAccounts(view: ProxyView, service: Service): readonly string[] {
  const accounts = new Set(declaredAccounts(view, service))
  for (const { serviceAccount } of view.registry.endpointsOf(service.namespace, service.hostname)) {
    if (serviceAccount !== '') accounts.add(serviceAccount)
  }
  const { trustDomainAliases } = view.registry.snapshot.mesh
  if (trustDomainAliases.length > 0) {
    for (const account of [...accounts]) {
      for (const other of inOtherDomains(account, trustDomainAliases)) accounts.add(other)
    }
  }
  return accounts.size > 1 ? [...accounts].sort(compareBytes) : [...accounts]
}

const TLS_DISABLED = 'disabled'

/** Connections go to the original destination, whose endpoint is unknown, so all endpoints must support mTLS. */
function allTakeMtls(view: ProxyView, service: Service, port: number): boolean {
  const endpoints = endpointsOfPort(view, service, port)
  return endpoints.length > 0 && endpoints.every(({ tlsMode }) => tlsMode !== TLS_DISABLED)
}

/**
 * Guesses whether the service's workloads support mTLS without knowing the workload: from its endpoints where the
 * client chooses the address, and from the policies of its namespace and the mesh.
 * @param policy the top-level traffic policy of the rule, or of the subset
 */
export function takesMtls(view: ProxyView, service: Service, port: number, policy: TrafficPolicy | undefined): boolean {
  const passesThrough = service.resolution === 'Passthrough' || policy?.loadBalancer?.simple === 'PASSTHROUGH'
  if (passesThrough && !allTakeMtls(view, service, port)) return false
  return namespaceMtls(view.registry, service.namespace).mode !== 'DISABLE'
}
