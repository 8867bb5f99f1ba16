/** Where a trace starts: a proxy, what it has received, and the names that it knows. */
import { NameExplainer } from '../dns/explain.ts'
import { LookupTable } from '../dns/lookup-table.ts'
import { buildNameTable } from '../dns/name-table.ts'
import { lookUpResources } from '../envoy/lookup.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { ScopeContext } from '../scope/context.ts'
import type { ProxyView } from '../scope/view.ts'
import { type Configuration, computedConfiguration } from './configuration.ts'

export interface Client {
  readonly proxy: Proxy
  readonly scope: ScopeContext
  readonly configuration: Configuration
  /** What the proxy's DNS server answers, or would answer if the proxy captured DNS. */
  readonly names: LookupTable
  readonly explainer: NameExplainer
}

export function clientOf(view: ProxyView, scope: ScopeContext): Client {
  const names = new LookupTable(buildNameTable(view), view)
  return {
    proxy: view.proxy,
    scope,
    configuration: computedConfiguration(lookUpResources(view)),
    names,
    explainer: new NameExplainer(view, scope, names),
  }
}
