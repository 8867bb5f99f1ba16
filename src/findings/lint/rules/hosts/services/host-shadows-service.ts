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

/** `web.shop` and `web.shop.svc`, which mean `web.shop.svc.cluster.local`. */
function serviceOfShortName(host: string, { servicesByHost }: Registry): Service | undefined {
  const dot = host.indexOf('.')
  const end = host.endsWith('.svc') ? host.length - '.svc'.length : host.length
  if (dot <= 0 || dot >= end || host.slice(dot + 1, end).includes('.')) return undefined
  const whole = `${host.slice(0, end)}.${SERVICE_DOMAIN}`
  return servicesByHost.get(whole)?.find(({ registry }) => registry === 'Kubernetes')
}

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
    for (const services of facts.registry.servicesByHost.values()) {
      if (services.length === 1 && services[0]?.registry === 'Kubernetes') continue
      yield* ofHost(services, facts)
    }
  },
}
