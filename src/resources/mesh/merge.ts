/** How mesh configuration overrides its defaults (pkg/config/mesh/mesh.go ApplyMeshConfig, MergeProxyConfig). */

import { compareBytes } from '../../common/bytes.ts'
import type { DecodeContext, MessageType } from '../../kinds/schema/index.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import {
  MeshConfig,
  MeshConfigDefaultProviders,
  type MeshConfigExtensionProvider,
  ProxyConfig,
  type ProxyConfigProxyHeaders,
} from './mesh-config.ts'

/** The fields that a JSON mapping sets; a null sets nothing. */
function fieldsSetBy<T>(type: MessageType<T>, json: JsonValue): ReadonlySet<string> {
  const set = new Set<string>()
  if (!isMapping(json)) return set
  for (const key of Object.keys(json)) {
    const field = json[key] === null ? undefined : type.fieldOf(key)
    if (field !== undefined) set.add(field)
  }
  return set
}

/**
 * Decodes JSON over a message: replaces fields that the JSON sets as a whole, and clears other members of a oneof.
 * @returns also the names of the fields that were set
 */
function overlay<T extends object>(type: MessageType<T>, base: T, json: JsonValue, context: DecodeContext) {
  const over = type.decode(json, context) as Readonly<Record<string, unknown>>
  const set = fieldsSetBy(type, json)
  const merged = { ...base } as Record<string, unknown>
  for (const group of type.oneofs) {
    if (group.some((field) => set.has(field))) for (const field of group) merged[field] = undefined
  }
  for (const field of set) merged[field] = over[field]
  return { merged: merged as T, set }
}

/** proxyHeaders members that keep their value when the JSON does not set them. */
const KEPT_HEADERS = ['requestId', 'attemptCount', 'server', 'envoyDebugHeaders'] as const

function mergeProxyHeaders(
  before: ProxyConfigProxyHeaders | undefined,
  after: ProxyConfigProxyHeaders | undefined,
): ProxyConfigProxyHeaders | undefined {
  if (!before || !after) return after
  const kept: Partial<Record<string, unknown>> = {}
  for (const name of KEPT_HEADERS) kept[name] = after[name] ?? before[name]
  const unset = after.forwardedClientCert === 'UNDEFINED'
  return { ...after, ...kept, forwardedClientCert: unset ? before.forwardedClientCert : after.forwardedClientCert }
}

/**
 * Applies JSON to a ProxyConfig: field by field, `proxyMetadata` by key and `proxyHeaders` by member.
 * @param context collects errors and unknown fields; after an error the result is not usable
 */
export function overlayProxyConfig(base: ProxyConfig, json: JsonValue, context: DecodeContext): ProxyConfig {
  const { merged } = overlay(ProxyConfig, base, json, context)
  return {
    ...merged,
    proxyMetadata: new Map([...base.proxyMetadata, ...merged.proxyMetadata]),
    proxyHeaders: mergeProxyHeaders(base.proxyHeaders, merged.proxyHeaders),
  }
}

function mergeProviders(
  base: readonly MeshConfigExtensionProvider[],
  over: readonly MeshConfigExtensionProvider[],
): readonly MeshConfigExtensionProvider[] {
  const byName = new Map(base.map((provider) => [provider.name, provider]))
  for (const provider of over) byName.set(provider.name, provider)
  return [...byName.values()]
}

/** Keys that the reference looks up in camelCase only, after decoding. */
const CAMEL_CASE_ONLY = { defaultConfig: 'default_config', defaultProviders: 'default_providers' } as const

function withoutSnakeCase(json: JsonValue, context: DecodeContext): JsonValue {
  if (!isMapping(json)) return json
  const out = { ...json }
  for (const [camel, snake] of Object.entries(CAMEL_CASE_ONLY)) {
    if (!Object.hasOwn(out, snake)) continue
    delete out[snake]
    context.unknown.push({ path: [snake], message: `istiod ignores ${snake}`, hint: `write ${camel}` })
  }
  return out
}

function at<T>(context: DecodeContext, key: string, decode: () => T): T {
  context.path.push(key)
  const result = decode()
  context.path.pop()
  return result
}

/**
 * Applies JSON to a MeshConfig. Top-level fields are replaced as a whole, except the four that are merged.
 * @param context collects errors and unknown fields; after an error the result is not usable
 */
export function overlayMeshConfig(base: MeshConfig, json: JsonValue, context: DecodeContext): MeshConfig {
  const text = withoutSnakeCase(json, context)
  const { defaultConfig = null, defaultProviders = null, ...others } = isMapping(text) ? text : {}
  const { merged, set } = overlay(MeshConfig, base, isMapping(text) ? others : text, context)
  const proxy = base.defaultConfig ?? ProxyConfig.zero
  const providers = base.defaultProviders ?? MeshConfigDefaultProviders.zero
  return {
    ...merged,
    defaultConfig:
      defaultConfig === null
        ? base.defaultConfig
        : at(context, 'defaultConfig', () => overlayProxyConfig(proxy, defaultConfig, context)),
    defaultProviders:
      defaultProviders === null
        ? base.defaultProviders
        : at(
            context,
            'defaultProviders',
            () => overlay(MeshConfigDefaultProviders, providers, defaultProviders, context).merged,
          ),
    extensionProviders: set.has('extensionProviders')
      ? mergeProviders(base.extensionProviders, merged.extensionProviders)
      : base.extensionProviders,
    trustDomainAliases: [...new Set([...base.trustDomainAliases, ...merged.trustDomainAliases])].sort(compareBytes),
  }
}
