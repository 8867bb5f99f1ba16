import { keepingPart } from '../../../../../common/changes/parts.ts'
import { SERVICE_DOMAIN } from '../../../../../common/cluster-domain.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import type { Registry } from '../../../../../registry/registry.ts'
import { type Service, serviceLocation } from '../../../../../registry/service.ts'
import type { ScopeContext } from '../../../../../scope/context.ts'
import type { Found, MeshRule } from '../../../rule.ts'
import type { MeshFacts } from '../../../subjects.ts'

function found(entry: Service, service: Service, message: string, severity?: 'warning'): Found {
  return {
    message: `${entry.hostname} is ${message}`,
    resource: entry.source,
    location: serviceLocation(entry),
    related: [{ message: `${describeResource(service.source)} has this name`, location: serviceLocation(service) }],
    ...(severity && { severity }),
  }
}

function sameName(entry: Service, service: Service, { visibility }: ScopeContext): Found | undefined {
  const host = `the host of ${describeResource(service.source)}`
  if (entry.namespace === service.namespace) {
    const follows = 'its endpoints are added to those of the Service, and ports that only the entry has get no cluster'
    return found(entry, service, `${host}: ${follows}`)
  }
  // In other namespaces a Service comes before all entries.
  if (!visibility.isVisible(entry, entry.namespace)) return undefined
  return found(entry, service, `${host}: proxies in the namespace of the entry get the entry instead of the Service`)
}

/** What `web.shop` and `web.shop.svc` mean: `web.shop.svc.cluster.local`. */
function wholeName(host: string): string | undefined {
  const dot = host.indexOf('.')
  const end = host.endsWith('.svc') ? host.length - '.svc'.length : host.length
  return dot <= 0 || dot >= end || host.slice(dot + 1, end).includes('.')
    ? undefined
    : `${host.slice(0, end)}.${SERVICE_DOMAIN}`
}

function serviceOfShortName(host: string, { servicesByHost }: Registry): Service | undefined {
  const whole = wholeName(host)
  return whole === undefined ? undefined : servicesByHost.get(whole)?.find(({ registry }) => registry === 'Kubernetes')
}

/** Entries whose host may be a short name. */
const withShortNames = keepingPart(
  ({ registry, hostname }: Service) => registry !== 'Kubernetes' && wholeName(hostname) !== undefined,
)

function* ofHost(services: readonly Service[], { registry, scope }: MeshFacts): Iterable<Found> {
  const host = services[0]?.hostname ?? ''
  const same = services.find((service) => service.registry === 'Kubernetes')
  const short = same ? undefined : serviceOfShortName(host, registry)
  if (!same && !short) return
  for (const entry of services) {
    // One finding for all addresses of an entry.
    if (entry.registry === 'Kubernetes' || entry.addressIndex > 0) continue
    const item = same ? sameName(entry, same, scope) : undefined
    if (item) yield item
    if (!short) continue
    const message = `a short name of ${describeResource(short.source)}: which of the two a client gets by it is not defined`
    yield found(entry, short, message, 'warning')
  }
}

export const hostShadowsService: MeshRule = {
  *checkMesh(facts) {
    const { snapshot, services, servicesByHost, sharedHosts } = facts.registry
    for (const sharing of sharedHosts().values()) yield* ofHost(sharing, facts)
    for (const service of withShortNames(snapshot.memory, '', services)) {
      if (servicesByHost.get(service.hostname)?.length === 1) yield* ofHost([service], facts)
    }
  },
}
