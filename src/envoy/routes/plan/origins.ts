/** The origins of the parts of route configurations. */
import { writerOf } from '../../../kinds/derived.ts'
import { describeResource, type Resource } from '../../../kinds/resource.ts'
import type { PathStep } from '../../../sources/document.ts'
import type { Location } from '../../../sources/location.ts'
import type { Origin } from '../../explained.ts'

/** The rules about routes, as worded in explanations. */
export const WHY = {
  ownCluster: 'no VirtualService routes this host on this port, so all requests go to its own cluster',
  exactHost: 'a VirtualService names this host; of several, the first by namespace, age and name decides',
  wildcardHost: 'this is the most specific wildcard host of a VirtualService for this host',
  unregisteredHost: 'a VirtualService names this host, which no service has on this port',
  service: 'the egress listener imports this service, which has this port',
  rule: 'this rule of the VirtualService applies to the proxy and the port',
  passthrough: 'the outbound traffic policy lets requests to unknown hosts through',
  egressProxy: 'the outbound traffic policy sends requests to unknown hosts to an egress proxy',
  blocked: 'the outbound traffic policy refuses requests to unknown hosts',
  egressListener: 'this egress listener says which hosts the port has',
} as const

/** An origin in an object, described on demand because every virtual host has one. */
export class ObjectOrigin implements Origin {
  readonly resource: Resource
  readonly why: string
  readonly #path: readonly PathStep[]

  /** @param path the path from the object to the deciding value */
  constructor(source: Resource, path: readonly PathStep[], why: string) {
    this.resource = source
    this.#path = path
    this.why = why
  }

  get what(): string {
    return describeResource(writerOf(this.resource, this.#path))
  }

  get location(): Location {
    return this.resource.location.child(...this.#path)
  }
}
