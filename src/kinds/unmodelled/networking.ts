import { defineUnmodelled } from '../define.ts'

export const ENVOY_FILTER = defineUnmodelled({
  kind: 'EnvoyFilter',
  group: 'networking.istio.io',
  versions: ['v1alpha3'],
  plural: 'envoyfilters',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'listeners, clusters and routes of the proxies that it patches',
})
