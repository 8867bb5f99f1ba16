import type { ComparedProxy, Effect } from '../model.ts'
import { clusterDrafts } from './clusters/clusters.ts'
import { effectsOf as effectsOfDrafts } from './draft.ts'
import { endpointDrafts } from './endpoints/endpoints.ts'
import { listenerDrafts } from './listeners/listeners.ts'
import { nameEffects } from './names.ts'
import { reachDrafts } from './reach/reach.ts'
import { routeDrafts } from './routes/virtual-hosts.ts'
import { Told } from './told.ts'

/**
 * Everything that differs for one proxy, in words.
 *
 * A service port that comes or goes has one sentence; its listener, cluster, endpoints and default route need none of
 * their own. Every other difference of a resource has words, or is named by its path.
 */
export function effectsOf(proxy: ComparedProxy): readonly Effect[] {
  const { views, lds, cds, eds, rds } = proxy
  const told = new Told(reachDrafts(proxy))
  const isRouter = views.after?.proxy.type === 'router'
  const clusters = new Set(cds.map(({ name }) => name))
  const routes = new Set(rds.flatMap(({ name, before, after }) => (before && after ? [] : [name])))
  const listeners = listenerDrafts(lds, { told, isRouter, routes })
  const covered = new Set(
    listeners.flatMap(({ covers }) => covers.flatMap(({ kind, name }) => (kind === 'rds' ? [name] : []))),
  )
  const inbound = new Told(listeners.filter(({ place }) => place.noun === undefined))
  const others = [
    ...listeners.filter(({ place }) => place.noun !== undefined),
    ...routeDrafts(rds, views, told, covered),
    ...clusterDrafts(cds, eds, told, inbound),
    ...endpointDrafts(eds, clusters, told),
  ]
  return [...nameEffects(proxy), ...effectsOfDrafts([...told.drafts(), ...inbound.drafts(), ...others])]
}
