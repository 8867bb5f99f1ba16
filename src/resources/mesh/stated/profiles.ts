/** What Istio's profiles set of the mesh configuration and of istiod's environment (manifests/helm-profiles). */
import type { JsonValue } from '../../../sources/document.ts'
import { fixedLayer, type Layer } from './layer.ts'

interface Profile {
  readonly meshConfig?: JsonValue
  readonly env?: JsonValue
}

const AMBIENT: Profile = {
  meshConfig: { defaultConfig: { proxyMetadata: { ISTIO_META_ENABLE_HBONE: 'true' } } },
  env: { PILOT_ENABLE_AMBIENT: 'true' },
}

const PROFILES: ReadonlyMap<string, Profile> = new Map([
  ['ambient', AMBIENT],
  ['openshift-ambient', AMBIENT],
  ['demo', { meshConfig: { accessLogFile: '/dev/stdout' } }],
  ['preview', { meshConfig: { defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' } } } }],
])

/** What the named profile sets, in the structure of the values of istiod's chart. */
export function profileLayer(name: Layer | undefined): Layer | undefined {
  if (!name || typeof name.value !== 'string') return undefined
  const profile = PROFILES.get(name.value)
  if (!profile) return undefined
  const { meshConfig = {}, env = {} } = profile
  return fixedLayer({ meshConfig, pilot: { env } }, name.at([]))
}
