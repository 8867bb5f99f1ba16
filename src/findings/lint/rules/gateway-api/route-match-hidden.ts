import { isCatchAll } from '../../../../envoy/routes/index.ts'
import { writerOf } from '../../../../kinds/derived.ts'
import type { VirtualServiceResource } from '../../../../kinds/index.ts'
import { describeResource, type Resource } from '../../../../kinds/resource.ts'
import type { Location } from '../../../../sources/location.ts'
import type { Found, MeshRule } from '../../rule.ts'

/** A rule that no request reaches. */
interface Hidden {
  readonly resource: Resource
  readonly location: Location
  readonly taker: { readonly resource: Resource; readonly location: Location }
  readonly hosts: Set<string>
}

const placeOf = ({ document, path }: Location): string => JSON.stringify([document.file.name, document.start, path])

/** Adds the rules behind the first one that takes every request. */
function addHidden(source: VirtualServiceResource, byPlace: Map<string, Hidden>): void {
  const { http, hosts } = source.spec
  const part = (index: number) => ({
    resource: writerOf(source, ['spec', 'http', index]),
    location: source.location.child('spec', 'http', index),
  })
  const last = http.findIndex(({ match }) => isCatchAll({ match: match[0] }))
  for (let index = last + 1; last >= 0 && index < http.length; index++) {
    const hidden = part(index)
    const known = byPlace.get(placeOf(hidden.location)) ?? { ...hidden, taker: part(last), hosts: new Set() }
    byPlace.set(placeOf(hidden.location), known)
    for (const host of hosts) known.hosts.add(host)
  }
}

function foundOf({ resource, location, taker, hosts }: Hidden): Found {
  const [host, ...others] = hosts
  const more = others.length === 0 ? '' : ` and ${others.length} more ${others.length === 1 ? 'host' : 'hosts'}`
  const name = describeResource(taker.resource)
  return {
    message: `no request for ${host}${more} reaches this: ${name} takes all of them before`,
    resource,
    location,
    related: [{ message: `${name} takes every request here`, location: taker.location }],
  }
}

export const routeMatchHidden: MeshRule = {
  checkMesh({ scope }): Iterable<Found> {
    const byPlace = new Map<string, Hidden>()
    for (const source of scope.registry.derived.virtualServices) {
      if (source.madeOf.kind !== 'Ingress') addHidden(source, byPlace)
    }
    return [...byPlace.values()].map(foundOf)
  },
}
