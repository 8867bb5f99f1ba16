/** Writes the Wasm code that a proxy asks for by name (pilot/pkg/model/extensions.go buildWasmConfig). */
import { compareBytes } from '../../../common/bytes.ts'
import type { WasmConfig } from '../../../kinds/messages/extensions.ts'
import { parseGoUrl } from '../../../kinds/validation/values/go-url.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { isMapping } from '../../../sources/mapping.ts'
import { WASM } from '../../filters/write/constants.ts'
import { compact, type EnvoyMessage, type Extension, unlessEmpty } from '../../json.ts'
import type { WasmCode } from '../plan/extensions.ts'

const RUNTIME = 'envoy.wasm.runtime.v8'
const FILE = 'file://'
const TEXT = 'type.googleapis.com/google.protobuf.StringValue'

const POLICIES = { FAIL_CLOSE: 'FAIL_CLOSED', FAIL_OPEN: 'FAIL_OPEN', FAIL_RELOAD: 'FAIL_RELOAD' } as const

/** Variables that Istio's agent reads and removes. */
const SECRET = 'ISTIO_META_WASM_IMAGE_PULL_SECRET'
const PULL_POLICY = 'ISTIO_META_WASM_IMAGE_PULL_POLICY'
const VERSION = 'ISTIO_META_WASM_PLUGIN_RESOURCE_VERSION'

/** A text as Go's encoding/json writes it. */
const goText = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** JSON with the keys of mappings in order. */
function goJson(value: JsonValue): string {
  if (typeof value === 'string') return goText(value)
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`
  if (!isMapping(value)) return JSON.stringify(value)
  const keys = Object.keys(value).sort(compareBytes)
  return `{${keys.map((key) => `${goText(key)}:${goJson(value[key] ?? null)}`).join(',')}}`
}

/** An empty Any without configuration, else its text. */
function configurationOf({ pluginConfig }: WasmConfig): EnvoyMessage {
  const config = pluginConfig as JsonValue | undefined
  if (!isMapping(config) || Object.keys(config).length === 0) return {}
  return { '@type': TEXT, value: goJson(config) }
}

/** A URL as Go prints it: the scheme in lower case, by default that of OCI. */
function goUrl(url: string, scheme: string | undefined): string {
  if (!scheme) return url.startsWith('//') ? `oci:${url}` : `oci://${url}`
  return `${scheme}${url.slice(scheme.length)}`
}

function codeAt({ url, sha256 }: WasmConfig): EnvoyMessage {
  const scheme = parseGoUrl(url, 'reference')?.scheme
  if (scheme === 'file') return { local: { filename: url.startsWith(FILE) ? url.slice(FILE.length) : url } }
  const uri = goUrl(url, scheme)
  const remote = { httpUri: { uri, cluster: '_', timeout: '30s' }, ...(sha256 !== '' && { sha256 }) }
  return { remote }
}

const inOrder = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => compareBytes(a, b)))

function variablesOf({ wasm, resourceVersion }: WasmCode): EnvoyMessage {
  const { imagePullSecret, imagePullPolicy, vmConfig } = wasm
  const env = vmConfig?.env ?? []
  const keyValues: [string, string][] = [
    // The content of the Secret is not known.
    ...(imagePullSecret === '' ? [] : ([[SECRET, '']] as [string, string][])),
    ...(imagePullPolicy === 'UNSPECIFIED_POLICY' ? [] : ([[PULL_POLICY, imagePullPolicy]] as [string, string][])),
    [VERSION, resourceVersion],
    ...env.filter(({ valueFrom }) => valueFrom === 'INLINE').map(({ name, value }): [string, string] => [name, value]),
  ]
  const hostEnvKeys = unlessEmpty(env.filter(({ valueFrom }) => valueFrom === 'HOST').map(({ name }) => name))
  return compact({ hostEnvKeys, keyValues: inOrder(Object.fromEntries(keyValues)) })
}

function pluginOf(code: WasmCode): EnvoyMessage {
  const { wasm, plugin } = code
  const vmConfig = { runtime: RUNTIME, code: codeAt(wasm), environmentVariables: variablesOf(code) }
  const policy = POLICIES[wasm.failStrategy as keyof typeof POLICIES]
  return compact({
    name: plugin,
    rootId: wasm.pluginName === '' ? undefined : wasm.pluginName,
    vmConfig,
    configuration: configurationOf(wasm),
    failurePolicy: policy,
  })
}

/** The extension as Envoy receives it. */
export function extensionOf(code: WasmCode): Extension {
  const [type = ''] = WASM[code.type]
  return { name: code.name, typedConfig: { '@type': type, config: pluginOf(code) } }
}
