/** The Telemetries that apply to a proxy (pilot/pkg/model/telemetry.go applicableTelemetries). */
import type { TelemetryResource } from '../../../kinds/istio/telemetry.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { attaches, attachmentOf, policiesByNamespace } from '../../policy/attachment.ts'

const NONE: readonly TelemetryResource[] = []

/** Whether a Telemetry is for all proxies of its namespace. */
function isGeneral({ spec }: TelemetryResource): boolean {
  const { labels, targets } = attachmentOf(spec)
  return labels.size === 0 && targets.length === 0
}

/**
 * The most general first: the oldest one for the whole mesh, the oldest one for the proxy's namespace, and all of the
 * namespace that state which workloads they are for. Selectors in the root namespace apply to workloads there only.
 */
export function applicableTelemetries({ proxy, registry }: ProxyView): readonly TelemetryResource[] {
  const { istio, mesh, features } = registry.snapshot
  if (istio.telemetries.length === 0) return NONE
  const byNamespace = policiesByNamespace(istio.telemetries)
  const own = byNamespace.get(proxy.namespace) ?? NONE
  const firstOf = (telemetries: readonly TelemetryResource[]) => telemetries.find(isGeneral)
  const root = mesh.rootNamespace
  const general = [
    root === '' ? undefined : firstOf(byNamespace.get(root) ?? NONE),
    proxy.namespace === root ? undefined : firstOf(own),
  ]
  return [
    ...general.filter((telemetry) => telemetry !== undefined),
    ...own.filter(
      (each) => !isGeneral(each) && attaches(attachmentOf(each.spec), each.meta.namespace, proxy, features.env),
    ),
  ]
}
