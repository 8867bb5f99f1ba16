import type { ResourceOf } from '../define.ts'
import { Telemetry } from '../messages/telemetry.ts'
import { validateTelemetry } from '../validation/telemetry.ts'
import { defineIstio, IstioStatus } from './define.ts'

export const TELEMETRY = defineIstio({
  kind: 'Telemetry',
  group: 'telemetry.istio.io',
  versions: ['v1', 'v1alpha1'],
  plural: 'telemetries',
  spec: Telemetry,
  status: IstioStatus,
  list: 'telemetries',
  readFor: ['configuration'],
  misses: 'access logs, tracing and metrics filters of the listeners',
  validate: validateTelemetry,
})
export type TelemetryResource = ResourceOf<typeof TELEMETRY>
