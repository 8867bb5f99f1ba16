/** The cluster that a proxy says it belongs to, which tracers take for its name (pkg/bootstrap/config.go). */
import { LABELS } from '../common/istio-names.ts'
import type { ProxyConfig } from '../resources/mesh/mesh-config.ts'
import type { Metadata } from './metadata.ts'

type Labels = ReadonlyMap<string, string>

const DEFAULT = 'istio-proxy'

interface Workload {
  readonly labels: Labels
  readonly metadata: Metadata
  readonly namespace: string
}

const appOf = (labels: Labels): string | undefined =>
  labels.get(LABELS.app) ?? labels.get(LABELS.appName) ?? labels.get(LABELS.canonicalName)

/** The same labels in the opposite order, or the workload's name. */
const canonicalNameOf = ({ labels, metadata }: Workload): string =>
  labels.get(LABELS.canonicalName) ??
  labels.get(LABELS.appName) ??
  labels.get(LABELS.app) ??
  (metadata.get('WORKLOAD_NAME') || DEFAULT)

/** @param stated the default stands for no name */
function named(stated: string, { labels, metadata, namespace }: Workload): string {
  if (stated !== '' && stated !== DEFAULT) return stated
  return `${appOf(labels) ?? (metadata.get('WORKLOAD_NAME') || DEFAULT)}.${namespace}`
}

/** The name of the cluster in the node that the agent makes of a workload and its proxy's configuration. */
export function serviceClusterOf(config: ProxyConfig, workload: Workload): string {
  switch (config.tracingServiceName) {
    case undefined:
      return named(config.serviceCluster ?? '', workload)
    case 'CANONICAL_NAME_ONLY':
      return named(canonicalNameOf(workload), workload)
    case 'CANONICAL_NAME_AND_NAMESPACE':
      return `${canonicalNameOf(workload)}.${workload.namespace}`
    default:
      return named('', workload)
  }
}
