/** The listeners of a proxy after its EnvoyFilters (core/envoyfilter ApplyListenerPatches). */
import type { JsonMapping } from '../../sources/mapping.ts'
import { isMapping, listAt, textAt } from '../../sources/mapping.ts'
import { LazilyExplained, type Origin } from '../explained.ts'
import type { ExplainedListener } from '../listeners/write/explained.ts'
import type { EnvoyListener } from '../listeners/write/resource.ts'
import { addsTo, type Patch, type PatchesOf, type ProxyPatches, type Stage } from './plan/patches.ts'
import { completeListener, completeRoutes } from './write/complete.ts'
import { Effects, originsOf } from './write/effects.ts'
import { concernsListener, type PatchedListener, patchListener } from './write/listener.ts'
import { NO_PORTS } from './write/route-match.ts'
import { concernsConfiguration, patchConfiguration } from './write/routes.ts'

/** A listener with the origins of its patches behind its own. */
class Patched extends LazilyExplained<EnvoyListener> implements ExplainedListener {
  readonly #chains: () => readonly (readonly Origin[])[]

  constructor(resource: EnvoyListener, explain: () => readonly Origin[], chains: () => readonly (readonly Origin[])[]) {
    super(resource, explain)
    this.#chains = chains
  }

  get chains(): readonly (readonly Origin[])[] {
    return this.#chains()
  }
}

const originOfPatch = (patch: Patch): readonly Origin[] =>
  originsOf([{ patch, part: [], before: undefined, after: patch.value }])

/** The chains of a listener before and after, each with its own origins. */
function chainOrigins(before: ExplainedListener, { chains }: PatchedListener): readonly (readonly Origin[])[] {
  const { filterChains, defaultFilterChain: last } = before.resource
  const own = new Map<unknown, readonly Origin[]>(
    [...(filterChains ?? []), ...(last ? [last] : [])].map((chain, index) => [chain, before.chains[index] ?? []]),
  )
  return chains.map(
    ({ from }) => own.get(from) ?? ('operation' in from ? originOfPatch(from as Patch) : before.origins),
  )
}

/** Patches the listeners of one stage, one at a time; istiod stops at a panic. */
export class ListenerStage {
  readonly #patches: PatchesOf
  readonly #stage: Stage
  readonly #record: ProxyPatches['record']
  #hasPanicked = false

  constructor(patches: ProxyPatches, stage: Stage) {
    this.#patches = patches.at(stage)
    this.#stage = stage
    this.#record = patches.record
  }

  /** @returns undefined when a patch removes the listener, and the listener itself when no patch matches it */
  patch(before: ExplainedListener): ExplainedListener | undefined {
    const own = before.resource as unknown as JsonMapping
    const effects = new Effects('listener', textAt(own, 'name'), this.#record)
    const routed = this.#patchInlineRoutes(own)
    if (this.#hasPanicked || !concernsListener(this.#patches, routed)) {
      return routed === own ? before : { ...before, resource: routed as unknown as EnvoyListener }
    }
    const patched = patchListener(routed, this.#patches, effects)
    if (patched.panics) this.#hasPanicked = true
    if (!patched.listener) return undefined
    if (effects.list.length === 0 && routed === own) return before
    completeListener(patched.listener)
    const resource = patched.listener as unknown as EnvoyListener
    return new Patched(
      resource,
      () => [...before.origins, ...originsOf(effects.list)],
      () => chainOrigins(before, patched),
    )
  }

  /** The listeners that patches add; nothing is patched in them. */
  *added(): Iterable<ExplainedListener> {
    if (this.#hasPanicked) return
    for (const patch of this.#patches('LISTENER')) {
      if (!addsTo(this.#stage, patch) || !patch.value || textAt(patch.value, 'name') === '') continue
      const effects = new Effects('listener', textAt(patch.value, 'name'), this.#record)
      effects.add({ patch, part: [], before: undefined, after: patch.value })
      const origins = originOfPatch(patch)
      const chains = listAt(patch.value, 'filterChains').map(() => origins)
      completeListener(patch.value)
      const resource = patch.value as unknown as EnvoyListener
      yield { resource, origins, chains: resource.defaultFilterChain ? [...chains, origins] : chains }
    }
  }

  /** Inbound connection managers have their routes inside, and these are patched when they are made. */
  #patchInlineRoutes(listener: JsonMapping): JsonMapping {
    if (this.#stage !== 'SIDECAR_INBOUND') return listener
    let isChanged = false
    const patched = (listAt(listener, 'filterChains') as readonly JsonMapping[]).map((chain) => {
      const filters = listAt(chain, 'filters') as readonly JsonMapping[]
      const routed = filters.map((filter) => this.#patchRoutesOf(filter))
      if (routed.every((filter, index) => filter === filters[index])) return chain
      isChanged = true
      return { ...chain, filters: routed } as JsonMapping
    })
    return isChanged ? ({ ...listener, filterChains: patched } as JsonMapping) : listener
  }

  #patchRoutesOf(filter: JsonMapping): JsonMapping {
    const { typedConfig } = filter
    if (!isMapping(typedConfig) || !isMapping(typedConfig.routeConfig)) return filter
    const { routeConfig } = typedConfig
    const name = textAt(routeConfig, 'name')
    if (!concernsConfiguration(this.#patches, name, this.#stage, NO_PORTS)) return filter
    const effects = new Effects('route configuration', name, this.#record)
    const { message } = patchConfiguration(routeConfig, this.#patches, this.#stage, NO_PORTS, effects)
    completeRoutes(message)
    if (message === routeConfig) return filter
    return { ...filter, typedConfig: { ...typedConfig, routeConfig: message } } as JsonMapping
  }
}

/** The listeners of a stage after its patches, and those that the patches add. */
export function* patchedListeners(
  listeners: Iterable<ExplainedListener>,
  stage: ListenerStage,
): Iterable<ExplainedListener> {
  for (const listener of listeners) {
    const patched = stage.patch(listener)
    if (patched) yield patched
  }
  yield* stage.added()
}
