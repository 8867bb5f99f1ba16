import { defineUnmodelled } from '../define.ts'
import { NETWORKING_VERSIONS } from '../istio/define.ts'

export const PROXY_CONFIG = defineUnmodelled({
  kind: 'ProxyConfig',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'proxyconfigs',
  namespaced: true,
  clusters: 'config',
  readFor: ['names', 'configuration'],
  differs: 'node metadata of the proxies that it selects',
})

export const ENVOY_FILTER = defineUnmodelled({
  kind: 'EnvoyFilter',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'envoyfilters',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'listeners, clusters and routes of the proxies that it patches',
})
