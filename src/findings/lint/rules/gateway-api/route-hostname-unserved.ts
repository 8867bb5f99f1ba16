import type { UnservedHostname } from '../../../../derivation/status.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { statusesOf } from './conditions.ts'

/** More listeners than these are counted. */
const MOST_NAMED = 3

function listenersText(listeners: UnservedHostname['listeners']): string {
  const named = listeners.slice(0, MOST_NAMED).map(({ sectionName, hostname }) => `${sectionName} (${hostname || '*'})`)
  const more = listeners.length - named.length
  return `${listeners.length === 1 ? 'listener' : 'listeners'} ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function effectText(count: number, isLeft: boolean): string {
  if (isLeft) return `${count === 1 ? 'leaves' : 'leave'} it to a listener with a more specific hostname`
  return `${count === 1 ? 'does' : 'do'} not have this hostname`
}

export const routeHostnameUnserved: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    for (const { resource, unserved = [] } of statusesOf(mesh)) {
      for (const { hostname, index, listeners, isLeft } of unserved) {
        yield {
          message: `no request for ${hostname} gets to this route, although it is accepted: ${listenersText(listeners)} ${effectText(listeners.length, isLeft)}`,
          resource,
          location: resource.location.child('spec', 'hostnames', index),
        }
      }
    }
  },
}
