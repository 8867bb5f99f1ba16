/** WasmPlugin and TrafficExtension (istio.io/api extensions/v1alpha1/wasm.proto, extension.proto). */
import { enumeration, type Infer, int32, json, list, message, optional, string } from '../schema/index.ts'
import { LabelSelectorSpec, PolicyTargetReference, PortSelector, WorkloadMode } from './selector.ts'

const EnvVar = message('EnvVar', { name: string, valueFrom: enumeration(['INLINE', 'HOST']), value: string })

const VmConfig = message('VmConfig', { env: list(EnvVar) })
export type VmConfig = Infer<typeof VmConfig>

const TrafficSelector = message('TrafficSelector', { mode: WorkloadMode, ports: list(PortSelector) })
export type TrafficSelector = Infer<typeof TrafficSelector>

/** The fields of Wasm code, which a WasmPlugin has itself and a TrafficExtension under `wasm`. */
const WASM_FIELDS = {
  url: string,
  sha256: string,
  imagePullPolicy: enumeration(['UNSPECIFIED_POLICY', 'IfNotPresent', 'Always']),
  imagePullSecret: string,
  verificationKey: string,
  pluginConfig: json,
  pluginName: string,
  failStrategy: enumeration(['FAIL_CLOSE', 'FAIL_OPEN', 'FAIL_RELOAD']),
  vmConfig: optional(VmConfig),
  type: enumeration(['UNSPECIFIED_PLUGIN_TYPE', 'HTTP', 'NETWORK']),
}

const WasmConfig = message('WasmConfig', WASM_FIELDS)
export type WasmConfig = Infer<typeof WasmConfig>

const LuaConfig = message('LuaConfig', { inlineCode: string })
export type LuaConfig = Infer<typeof LuaConfig>

export const WasmPlugin = message('WasmPlugin', {
  ...WASM_FIELDS,
  selector: optional(LabelSelectorSpec),
  targetRef: optional(PolicyTargetReference),
  targetRefs: list(PolicyTargetReference),
  phase: enumeration(['UNSPECIFIED_PHASE', 'AUTHN', 'AUTHZ', 'STATS']),
  priority: optional(int32),
  match: list(TrafficSelector),
})
export type WasmPlugin = Infer<typeof WasmPlugin>

/** istiod reads `lua` where both `wasm` and `lua` are written, so they are not a oneof here. */
export const TrafficExtension = message('TrafficExtension', {
  selector: optional(LabelSelectorSpec),
  targetRefs: list(PolicyTargetReference),
  phase: enumeration(['UNSPECIFIED', 'AUTHN', 'AUTHZ', 'STATS']),
  priority: optional(int32),
  match: list(TrafficSelector),
  wasm: optional(WasmConfig),
  lua: optional(LuaConfig),
})
export type TrafficExtension = Infer<typeof TrafficExtension>
