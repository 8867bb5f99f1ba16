/** Hosts of VirtualServices that sidecars take from another one. */
import { compareBytes } from '../../../common/bytes.ts'
import { append } from '../../../common/collections.ts'
import { oncePer } from '../../../common/once.ts'
import type { VirtualServiceResource } from '../../../kinds/index.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import type { VirtualServiceView } from '../../../scope/view.ts'
import { type RuleKind, ruleKey } from './rule-ref.ts'
import { type SidecarWithRoutes, sidecarsWithRoutes } from './with-routes.ts'

export interface TakenHost {
  readonly source: VirtualServiceResource
  /** Index in the VirtualService's `hosts`. */
  readonly hostIndex: number
  readonly host: string
  readonly kind: RuleKind
  /** The one that routes the host. */
  readonly by: VirtualServiceResource
  readonly byHostIndex: number
  /** Sorted. */
  readonly namespaces: readonly string[]
}

/** A host that a VirtualService routes for some namespaces, and a route of the Gateway API for others. */
export interface SharedHost {
  readonly host: string
  readonly kind: RuleKind
  /** Who routes it for the sidecars of which namespaces, which are sorted. */
  readonly holders: ReadonlyMap<VirtualServiceResource, readonly string[]>
}

interface Claim {
  readonly view: VirtualServiceView
  readonly hostIndex: number
}

/** The VirtualServices of a proxy that have rules of a kind, by host; in order of precedence. */
function claimsByHost({ view }: SidecarWithRoutes, kind: RuleKind): ReadonlyMap<string, readonly Claim[]> {
  const out = new Map<string, Claim[]>()
  const seen = new Set<VirtualServiceView>()
  for (const { virtualServices } of view.egressListeners) {
    for (const each of virtualServices) {
      if (seen.has(each) || each[kind].length === 0) continue
      seen.add(each)
      for (const [hostIndex, host] of each.hosts.entries()) {
        const claims = out.get(host)
        if (!claims) out.set(host, [{ view: each, hostIndex }])
        else if (!claims.some((claim) => claim.view === each)) claims.push({ view: each, hostIndex })
      }
    }
  }
  return out
}

/** Whether a VirtualService has the host, by its virtual hosts or its chains. */
function holds({ routes }: SidecarWithRoutes, kind: RuleKind, { view, hostIndex }: Claim): boolean {
  const { source } = view
  if (kind === 'http') return routes.ownedHosts.get(source)?.has(hostIndex) ?? false
  return view[kind].some((_, index) => routes.has({ source, kind, index }))
}

const claimKey = (kind: RuleKind, index: number): string => ruleKey({ kind, index })

/** Collects, over all sidecars, who holds a host somewhere, and who does not where another one does. */
class Takings {
  readonly #held = new Map<VirtualServiceResource, Set<string>>()
  readonly #taken = new Map<VirtualServiceResource, Map<string, TakenHost & { readonly namespaces: string[] }>>()
  /** By kind and host, who routes it for each namespace; only for hosts with several claims. */
  readonly #holders = new Map<string, { host: string; kind: RuleKind; by: Map<string, VirtualServiceResource> }>()

  add(sidecar: SidecarWithRoutes, kind: RuleKind): void {
    for (const [host, claims] of claimsByHost(sidecar, kind)) {
      const holder = claims.find((claim) => holds(sidecar, kind, claim))
      if (holder && claims.length > 1) this.#hold(holder.view.source, kind, host, sidecar.namespaces)
      for (const claim of claims) {
        const { source } = claim.view
        const key = claimKey(kind, claim.hostIndex)
        if (holds(sidecar, kind, claim)) this.#held.set(source, (this.#held.get(source) ?? new Set()).add(key))
        else if (holder) this.#take(claim, holder, kind, host, key).push(...sidecar.namespaces)
      }
    }
  }

  /** Namespaces that see routes of their own come again after the group that they share the others with. */
  #hold(source: VirtualServiceResource, kind: RuleKind, host: string, namespaces: readonly string[]): void {
    const key = `${kind} ${host}`
    const known = this.#holders.get(key) ?? { host, kind, by: new Map<string, VirtualServiceResource>() }
    this.#holders.set(key, known)
    for (const namespace of namespaces) known.by.set(namespace, source)
  }

  #take({ view, hostIndex }: Claim, holder: Claim, kind: RuleKind, host: string, key: string): string[] {
    const { source } = view
    const taken = this.#taken.get(source) ?? new Map()
    this.#taken.set(source, taken)
    const by = holder.view.source
    const known = taken.get(key) ?? { source, hostIndex, host, kind, by, byHostIndex: holder.hostIndex, namespaces: [] }
    taken.set(key, known)
    return known.namespaces
  }

  /** Those that both sorts of routes hold somewhere. */
  get shared(): readonly SharedHost[] {
    return [...this.#holders.values()].flatMap(({ host, kind, by }) => {
      const holders = new Map<VirtualServiceResource, string[]>()
      for (const [namespace, source] of [...by].sort(([a], [b]) => compareBytes(a, b)))
        append(holders, source, namespace)
      const sorts = new Set([...holders.keys()].map((source) => source.madeOf === source))
      return sorts.size < 2 ? [] : [{ host, kind, holders }]
    })
  }

  /** Those that are held nowhere. */
  get all(): readonly TakenHost[] {
    return [...this.#taken].flatMap(([source, taken]) =>
      [...taken].flatMap(([key, host]) =>
        this.#held.get(source)?.has(key) ? [] : [{ ...host, namespaces: [...new Set(host.namespaces)].sort() }],
      ),
    )
  }
}

const takingsOf = oncePer((context: ScopeContext): Takings => {
  const takings = new Takings()
  for (const sidecar of sidecarsWithRoutes(context)) {
    for (const kind of ['http', 'tls', 'tcp'] as const) takings.add(sidecar, kind)
  }
  return takings
})

/** Hosts that a VirtualService has for no sidecar, because another one has them. */
export const takenHosts = oncePer((context: ScopeContext): readonly TakenHost[] => takingsOf(context).all)

/** Hosts that some sidecars take from a VirtualService and others from a route of the Gateway API. */
export const sharedHosts = (context: ScopeContext): readonly SharedHost[] => takingsOf(context).shared
