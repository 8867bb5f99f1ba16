/** Which namespaces see a host, by which of its objects, and why the others do not. */
import type { Service } from '../../../registry/service.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { explainHost, type ScopeRule, type ServiceVerdict } from '../../../scope/explain.ts'
import { restrictedView, watchersOf } from './restricted.ts'

/** The same verdict for several namespaces. */
export interface HostVerdict {
  /** Sorted. */
  readonly namespaces: readonly string[]
  readonly service: Service
  readonly rule: ScopeRule
  /** Without a full stop. */
  readonly why: string
}

/** A verdict while its namespaces are collected. */
interface Collected {
  readonly namespaces: string[]
  readonly sidecars: Set<string>
  readonly service: Service
  readonly rule: ScopeRule
  readonly why: string
}

/** The reason with the Sidecar that it is about, or with their number. */
function withSidecars({ why, sidecars }: Collected): string {
  const [first, another] = sidecars
  if (first === undefined) return why
  return `${why} (${another === undefined ? first : `${sidecars.size} Sidecars`})`
}

/** What holds for all namespaces; the sentence of the verdict names a single one. */
function whyOf({ rule, why, service }: ServiceVerdict, { visibility }: ScopeContext): string {
  if (rule !== 'not-exported') return why
  const exportTo = [...visibility.exportToOf(service)].join(', ')
  return `${service.exportTo.size === 0 ? 'defaultServiceExportTo of the mesh' : 'exportTo'}: ${exportTo}`
}

/**
 * The verdicts on each object that declares the host.
 * @param host as declared
 */
export function hostVerdicts(host: string, context: ScopeContext): readonly HostVerdict[] {
  const { registry, visibility } = context
  const services = registry.servicesByHost.get(host) ?? []
  const verdicts = new Map<string, Collected>()
  for (const { proxy, namespaces } of watchersOf(context, services)) {
    const own = visibility.ownOf(proxy.namespace).filter(({ hostname }) => hostname === host)
    const everywhere = services.filter((service) => visibility.exportToOf(service).has('*'))
    const view = restrictedView(proxy, context, [...own, ...everywhere])
    for (const verdict of explainHost(host, view, context)) {
      const { service, rule, sidecar } = verdict
      const why = whyOf(verdict, context)
      const key = JSON.stringify([services.indexOf(service), rule, why])
      const known = verdicts.get(key) ?? { namespaces: [], sidecars: new Set(), service, rule, why }
      verdicts.set(key, known)
      for (const namespace of namespaces) known.namespaces.push(namespace)
      if (sidecar !== undefined) known.sidecars.add(sidecar)
    }
  }
  return [...verdicts.values()]
    .map((each) => ({ ...each, namespaces: each.namespaces.sort(), why: withSidecars(each) }))
    .sort((a, b) => Number(b.rule === 'used') - Number(a.rule === 'used'))
}
