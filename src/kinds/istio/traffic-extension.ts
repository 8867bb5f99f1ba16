import { TrafficExtension } from '../messages/extensions.ts'
import { validateTrafficExtension } from '../validation/extensions.ts'
import { defineIstio, EXTENSIONS_VERSIONS, IstioStatus } from './define.ts'

export const TRAFFIC_EXTENSION = defineIstio({
  kind: 'TrafficExtension',
  group: 'extensions.istio.io',
  versions: EXTENSIONS_VERSIONS,
  plural: 'trafficextensions',
  spec: TrafficExtension,
  status: IstioStatus,
  list: 'trafficExtensions',
  readWith: 'traffic-extensions',
  readFor: ['configuration'],
  misses: 'Wasm and Lua filters in the listeners',
  validate: validateTrafficExtension,
})
