import { defineUnmodelled } from '../define.ts'

export const WASM_PLUGIN = defineUnmodelled({
  kind: 'WasmPlugin',
  group: 'extensions.istio.io',
  versions: ['v1alpha1'],
  plural: 'wasmplugins',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'filters in the listeners of the proxies that it selects',
  onlyFilters: true,
})

export const TRAFFIC_EXTENSION = defineUnmodelled({
  kind: 'TrafficExtension',
  group: 'extensions.istio.io',
  versions: ['v1alpha1'],
  plural: 'trafficextensions',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'filters in the listeners of the proxies that it selects',
  onlyFilters: true,
})
