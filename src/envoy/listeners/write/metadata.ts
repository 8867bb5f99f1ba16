import type { EnvoyMessage } from '../../json.ts'

/** Names the Istio object that a chain was made from (pilot/pkg/networking/util BuildConfigInfoMetadata). */
export function configMetadata(kind: 'virtual-service' | 'sidecar', namespace: string, name: string): EnvoyMessage {
  const config = `/apis/networking.istio.io/v1/namespaces/${namespace}/${kind}/${name}`
  return { filterMetadata: { istio: { config } } }
}
