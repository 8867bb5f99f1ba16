/** Applies patches to a route configuration (core/envoyfilter/rc_patch.go). */
import { sameList } from '../../../common/collections.ts'
import { mergeMessages } from '../../../kinds/protobuf/index.ts'
import { type JsonMapping, listAt, textAt } from '../../../sources/mapping.ts'
import type { Patch, PatchesOf, Stage } from '../plan/patches.ts'
import type { Effects } from './effects.ts'
import { listEffects } from './http-filters.ts'
import { isMerge, listsOf } from './merges.ts'
import { place } from './placement.ts'
import { type GatewayPorts, matchesConfiguration, matchesVirtualHost, namedRoute } from './route-match.ts'

const CONFIGURATION = 'envoy.config.route.v3.RouteConfiguration'
const VIRTUAL_HOST = 'envoy.config.route.v3.VirtualHost'
const ROUTE = 'envoy.config.route.v3.Route'

/** A part of a configuration after its patches, with the part that it was; undefined for one that a patch made. */
export interface PatchedPart {
  readonly message: JsonMapping
  readonly from: JsonMapping | undefined
}

export interface PatchedHost extends PatchedPart {
  readonly routes: readonly PatchedPart[]
}

export interface PatchedConfiguration {
  readonly message: JsonMapping
  readonly hosts: readonly PatchedHost[]
}

const KINDS = ['ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE'] as const

/** Whether some patch matches a configuration, so that it may change it. */
export function concernsConfiguration(patches: PatchesOf, name: string, stage: Stage, ports: GatewayPorts): boolean {
  return KINDS.some((kind) => patches(kind).some((patch) => matchesConfiguration(patch, name, stage, ports)))
}

function withList(message: JsonMapping, field: string, items: readonly JsonMapping[]): JsonMapping {
  const { [field]: before, ...others } = message
  if (items.length === 0) return others
  return Array.isArray(before) && sameList<unknown>(items, before) ? message : { ...message, [field]: items as never }
}

const hostPart = (host: JsonMapping): string => `virtual host ${textAt(host, 'name')}`
const routePart = (route: JsonMapping): string =>
  textAt(route, 'name') === '' ? 'a route without a name' : `route ${textAt(route, 'name')}`

class RoutePatcher {
  readonly #patches: PatchesOf
  readonly #effects: Effects
  readonly #matches: (patch: Patch, name: string) => boolean
  #name = ''

  /** @param matches whether a patch matches a configuration of a name */
  constructor(patches: PatchesOf, effects: Effects, matches: (patch: Patch, name: string) => boolean) {
    this.#patches = patches
    this.#effects = effects
    this.#matches = matches
  }

  patch(configuration: JsonMapping): PatchedConfiguration {
    let patched = configuration
    this.#name = textAt(configuration, 'name')
    for (const patch of this.#patches('ROUTE_CONFIGURATION').filter(isMerge)) {
      if (!this.#matches(patch, this.#name)) continue
      const before = patched
      patched = mergeMessages(CONFIGURATION, before, patch.value ?? {}, listsOf(patch.operation))
      this.#name = textAt(patched, 'name')
      this.#effects.add({ patch, part: [], before, after: patched })
    }
    const hosts = this.#patchHosts(listAt(patched, 'virtualHosts') as readonly JsonMapping[])
    const messages = hosts.map(({ message }) => message)
    return { message: withList(patched, 'virtualHosts', messages), hosts }
  }

  #matching(applyTo: (typeof KINDS)[number]): readonly Patch[] {
    return this.#patches(applyTo).filter((patch) => this.#matches(patch, this.#name))
  }

  #patchHosts(before: readonly JsonMapping[]): readonly PatchedHost[] {
    const removed = new Set<string>()
    const hosts: PatchedHost[] = []
    for (const host of before) {
      const patched = this.#patchHost(host)
      if (typeof patched === 'string') removed.add(patched)
      else hosts.push(patched)
    }
    for (const patch of this.#matching('VIRTUAL_HOST')) {
      if (patch.operation !== 'ADD' || !patch.value) continue
      hosts.push({ message: patch.value, from: undefined, routes: routesOf(patch.value) })
      this.#effects.add({ patch, part: [hostPart(patch.value)], before: undefined, after: patch.value })
    }
    return removed.size === 0 ? hosts : hosts.filter(({ message }) => !removed.has(textAt(message, 'name')))
  }

  /** @returns the name of a host that a patch removes: all hosts of the name go */
  #patchHost(host: JsonMapping): PatchedHost | string {
    let patched = host
    for (const patch of this.#matching('VIRTUAL_HOST')) {
      if (!matchesVirtualHost(patch, patched)) continue
      const before = patched
      const part = [hostPart(before)]
      if (patch.operation === 'REMOVE') {
        this.#effects.add({ patch, part, before, after: undefined })
        return textAt(before, 'name')
      }
      if (isMerge(patch)) patched = mergeMessages(VIRTUAL_HOST, before, patch.value ?? {}, listsOf(patch.operation))
      else if (patch.operation === 'REPLACE') patched = patch.value ?? {}
      else continue
      this.#effects.add({ patch, part, before, after: patched })
    }
    const routes = this.#patchRoutes(patched)
    const messages = routes.map(({ message }) => message)
    return { message: withList(patched, 'routes', messages), from: host, routes }
  }

  #patchRoutes(host: JsonMapping): readonly PatchedPart[] {
    const patches = this.#matching('HTTP_ROUTE').filter((patch) => matchesVirtualHost(patch, host))
    let routes: readonly PatchedPart[] = routesOf(host)
    if (patches.length === 0) return routes
    routes = routes.flatMap((route) => this.#patchRoute(route, patches, hostPart(host)))
    for (const patch of patches) routes = this.#placeRoute(routes, patch, hostPart(host))
    return routes
  }

  #patchRoute({ message, from }: PatchedPart, patches: readonly Patch[], host: string): readonly PatchedPart[] {
    let patched = message
    for (const patch of patches) {
      if (namedRoute(patch)?.(patched) === false) continue
      const before = patched
      const part = [host, routePart(before)]
      if (patch.operation === 'REMOVE') {
        this.#effects.add({ patch, part, before, after: undefined })
        return []
      }
      if (!isMerge(patch)) continue
      patched = mergeMessages(ROUTE, before, patch.value ?? {}, listsOf(patch.operation))
      this.#effects.add({ patch, part, before, after: patched })
    }
    return [{ message: patched, from }]
  }

  /** ADD and INSERT_*; REPLACE does nothing to routes. */
  #placeRoute(routes: readonly PatchedPart[], patch: Patch, host: string): readonly PatchedPart[] {
    const { operation, value } = patch
    if (operation === 'REMOVE' || operation === 'REPLACE' || !value) return routes
    const isNamed = namedRoute(patch)
    const messages = routes.map(({ message }) => message)
    if (operation === 'INSERT_FIRST' && isNamed && !messages.some(isNamed)) return routes
    const placed = place(messages, operation, isNamed, value)
    if (!placed) return routes
    for (const effect of listEffects(patch, [host], [], value)) this.#effects.add(effect)
    const at = placed.items.length > messages.length ? placed.items.indexOf(value) : -1
    return at < 0 ? routes : [...routes.slice(0, at), { message: value, from: undefined }, ...routes.slice(at)]
  }
}

const routesOf = (host: JsonMapping): readonly PatchedPart[] =>
  (listAt(host, 'routes') as readonly JsonMapping[]).map((route) => ({ message: route, from: route }))

/** Patches a route configuration; what the patches leave alone is shared with it. */
export function patchConfiguration(
  configuration: JsonMapping,
  patches: PatchesOf,
  stage: Stage,
  ports: GatewayPorts,
  effects: Effects,
): PatchedConfiguration {
  const matches = (patch: Patch, name: string) => matchesConfiguration(patch, name, stage, ports)
  return new RoutePatcher(patches, effects, matches).patch(configuration)
}
