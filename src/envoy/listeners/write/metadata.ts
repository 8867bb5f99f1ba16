import type { EnvoyMessage } from '../../json.ts'

/** Metadata with the Istio object of a chain (pilot/pkg/networking/util BuildConfigInfoMetadata). */
export function configMetadata(kind: 'virtual-service' | 'sidecar', namespace: string, name: string): EnvoyMessage {
  const config = `/apis/networking.istio.io/v1/namespaces/${namespace}/${kind}/${name}`
  return { filterMetadata: { istio: { config } } }
}
