/** The kind ProxyConfig: what injection adds to the configuration of proxies (pilot/pkg/model/proxy_config.go). */
import type { ProxyConfigResource } from '../kinds/istio/proxy-config.ts'
import { byCreationThenName, selects } from '../kinds/resource.ts'
import type { ProxyConfig } from '../resources/mesh/mesh-config.ts'
import type { Snapshot } from '../resources/snapshot.ts'

type Find = (
  namespace: string,
  condition: (resource: ProxyConfigResource) => boolean,
) => ProxyConfigResource | undefined

/** Finds the oldest object of a namespace. */
function finderOf({ istio }: Snapshot): Find {
  const sorted = [...istio.proxyConfigs].sort(byCreationThenName)
  return (namespace, condition) => sorted.find((each) => each.meta.namespace === namespace && condition(each))
}

const isGeneral = ({ spec }: ProxyConfigResource): boolean => spec.selector === undefined

function withVariables(config: ProxyConfig, object: ProxyConfigResource | undefined): ProxyConfig {
  const variables = object?.spec.environmentVariables
  if (!variables || variables.size === 0) return config
  return { ...config, proxyMetadata: new Map([...config.proxyMetadata, ...variables]) }
}

/** Adds what the objects for the whole mesh and for the namespace state, which the pod's annotation overrides. */
export function withGeneralObjects(base: ProxyConfig, snapshot: Snapshot, namespace: string): ProxyConfig {
  if (snapshot.istio.proxyConfigs.length === 0) return base
  const find = finderOf(snapshot)
  const { rootNamespace } = snapshot.mesh
  const ofMesh = withVariables(base, rootNamespace === '' ? undefined : find(rootNamespace, isGeneral))
  return namespace === rootNamespace ? ofMesh : withVariables(ofMesh, find(namespace, isGeneral))
}

/** Adds what the object that selects the workload states, which overrides the pod's annotation. */
export function withSelectingObject(
  base: ProxyConfig,
  snapshot: Snapshot,
  namespace: string,
  labels: ReadonlyMap<string, string>,
): ProxyConfig {
  if (snapshot.istio.proxyConfigs.length === 0) return base
  const selecting = finderOf(snapshot)(namespace, ({ spec }) => {
    const stated = spec.selector?.matchLabels
    return stated !== undefined && stated.size > 0 && selects(stated, labels)
  })
  return withVariables(base, selecting)
}
