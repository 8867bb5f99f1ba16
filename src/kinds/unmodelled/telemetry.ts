import { defineUnmodelled } from '../define.ts'

export const TELEMETRY = defineUnmodelled({
  kind: 'Telemetry',
  group: 'telemetry.istio.io',
  versions: ['v1', 'v1alpha1'],
  plural: 'telemetries',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'access logs, tracing and metrics filters of the listeners',
  onlyFilters: true,
})
