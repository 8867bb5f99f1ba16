/** What istiod would send to a proxy, with the objects that each resource comes from. */
import { once } from '../common/once.ts'
import { buildNameTable, nameTableMessage } from '../dns/name-table.ts'
import type { Origin } from '../envoy/explained.ts'
import { buildEnvoyResources } from '../envoy/index.ts'
import { describeResource } from '../kinds/resource.ts'
import { serviceLocation } from '../registry/service.ts'
import type { ProxyView } from '../scope/view.ts'
import type { VerifiedKind } from './state.ts'
import type { ComputedResources } from './verify.ts'

export interface ComputedProxy {
  readonly resources: ComputedResources
  /**
   * Where a resource comes from; empty if there is none of that name.
   * @param hosts only what these virtual hosts of it come from, if it has some of them
   */
  originsOf(kind: VerifiedKind, name: string, hosts?: ReadonlySet<string>): readonly Origin[]
}

interface Explained {
  readonly resource: { readonly name?: string; readonly clusterName?: string }
  readonly origins: readonly Origin[]
  /** Routes come from the objects behind each virtual host. */
  readonly virtualHosts?: readonly Explained[]
}

function originsIn({ origins, virtualHosts = [] }: Explained, hosts: ReadonlySet<string>): readonly Origin[] {
  const among = virtualHosts.filter(({ resource }) => hosts.has(resource.name ?? ''))
  return [...origins, ...(hosts.size > 0 ? among : virtualHosts).flatMap((host) => host.origins)]
}

const byName = (all: readonly Explained[]): ReadonlyMap<string, Explained> =>
  new Map(all.map((each) => [each.resource.clusterName ?? each.resource.name ?? '', each]))

/** Everything that istiod would send to a proxy. */
export function computedFor(view: ProxyView): ComputedProxy {
  const envoy = buildEnvoyResources(view)
  const table = buildNameTable(view)
  const all: Readonly<Record<Exclude<VerifiedKind, 'nds'>, readonly Explained[]>> = {
    lds: envoy.listeners.listeners,
    rds: envoy.routes,
    cds: envoy.clusters,
    eds: envoy.endpoints,
  }
  const index = {
    lds: once(() => byName(all.lds)),
    rds: once(() => byName(all.rds)),
    cds: once(() => byName(all.cds)),
    // An assignment has the origins of its cluster, and those of its endpoints.
    eds: once(() => byName(all.cds)),
  }
  const messages = (kind: keyof typeof all): readonly object[] => all[kind].map(({ resource }) => resource)
  return {
    resources: {
      lds: messages('lds'),
      rds: messages('rds'),
      cds: messages('cds'),
      eds: messages('eds'),
      nds: nameTableMessage(table),
    },
    originsOf(kind, name, hosts = new Set()) {
      if (kind !== 'nds') {
        const found = index[kind]().get(name)
        return found ? originsIn(found, hosts) : []
      }
      const sources = table.get(name)?.sources ?? []
      return sources.map(({ service, rule }) => ({
        what: describeResource(service.source),
        location: serviceLocation(service),
        why: rule,
      }))
    },
  }
}
