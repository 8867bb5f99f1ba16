import type { ResourceOf } from '../define.ts'
import { EnvoyFilter } from '../messages/envoy-filter.ts'
import { validateEnvoyFilter } from '../validation/envoy-filter.ts'
import { defineIstio, IstioStatus } from './define.ts'

export const ENVOY_FILTER = defineIstio({
  kind: 'EnvoyFilter',
  group: 'networking.istio.io',
  versions: ['v1alpha3'],
  plural: 'envoyfilters',
  spec: EnvoyFilter,
  status: IstioStatus,
  list: 'envoyFilters',
  readFor: ['configuration'],
  misses: 'what EnvoyFilters change in listeners, clusters and routes',
  validate: validateEnvoyFilter,
})
export type EnvoyFilterResource = ResourceOf<typeof ENVOY_FILTER>
