import { WasmPlugin } from '../messages/extensions.ts'
import { validateWasmPlugin } from '../validation/extensions.ts'
import { defineIstio, EXTENSIONS_VERSIONS, IstioStatus } from './define.ts'

export const WASM_PLUGIN = defineIstio({
  kind: 'WasmPlugin',
  group: 'extensions.istio.io',
  versions: EXTENSIONS_VERSIONS,
  plural: 'wasmplugins',
  spec: WasmPlugin,
  status: IstioStatus,
  list: 'wasmPlugins',
  readFor: ['configuration'],
  misses: 'Wasm filters in the listeners',
  validate: validateWasmPlugin,
})
