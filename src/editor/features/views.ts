/** What a sidecar in a namespace gets, computed when the editor asks. */
import { oncePer } from '../../common/once.ts'
import { NameExplainer } from '../../dns/explain.ts'
import { LookupTable } from '../../dns/lookup-table.ts'
import { buildNameTable } from '../../dns/name-table.ts'
import { planSidecar, type SidecarPlan } from '../../envoy/listeners/index.ts'
import { computeProxyView } from '../../pipeline.ts'
import { withOverrides } from '../../proxy/choice.ts'
import { syntheticNode } from '../../proxy/select.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Checked } from '../workspace/project.ts'

export interface NamespaceView {
  readonly view: ProxyView
  readonly lookup: LookupTable
  readonly explainer: NameExplainer
  readonly plan: SidecarPlan
}

function computed({ mesh, proxies }: Checked, namespace: string): NamespaceView {
  const capture = proxies[0]?.proxy.dnsCapture
  const metadata = new Map(capture === undefined ? [] : [['DNS_CAPTURE', String(capture)] as const])
  const view = computeProxyView(mesh, withOverrides(syntheticNode(namespace, mesh.snapshot), { metadata }))
  const lookup = new LookupTable(buildNameTable(view), view)
  return { view, lookup, explainer: new NameExplainer(view, mesh.scope, lookup), plan: planSidecar(view) }
}

/** Views of this many namespaces are kept for one mesh. */
const MOST_VIEWS = 4

const views = oncePer((_: Checked) => new Map<string, NamespaceView>())

/**
 * What a sidecar in a namespace sees, with or without DNS capture as in the settings. Namespaces that see the same share
 * a view, so its proxy may be in another one.
 */
export function viewIn(namespace: string, checked: Checked): NamespaceView {
  const known = views(checked)
  const same = checked.proxies.find(({ namespaces }) => namespaces.includes(namespace))
  const first = same?.namespaces[0] ?? namespace
  const view = known.get(first) ?? computed(checked, first)
  known.delete(first)
  known.set(first, view)
  if (known.size > MOST_VIEWS) known.delete(known.keys().next().value ?? '')
  return view
}
