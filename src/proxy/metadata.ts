/** Node metadata, as a sidecar sends it and as `--meta KEY=VALUE` sets it. */
import { parseGoBool } from '../common/go-bool.ts'
import type { JsonValue } from '../sources/document.ts'
import { ProxyError } from './error.ts'

/** Metadata that istiod reads as booleans: strings in Go's notation (pilot/pkg/model StringBool). */
const BOOLEANS: readonly string[] = [
  'DNS_CAPTURE',
  'DNS_AUTO_ALLOCATE',
  'ENABLE_HBONE',
  'METADATA_DISCOVERY',
  'INBOUND_LISTENER_EXACT_BALANCE',
  'OUTBOUND_LISTENER_EXACT_BALANCE',
]

/** Metadata whose value is an object. */
const OBJECTS: ReadonlySet<string> = new Set(['LABELS', 'STATIC_LABELS', 'ANNOTATIONS', 'PROXY_CONFIG'])

export type Metadata = ReadonlyMap<string, string>

function textOf(key: string, value: JsonValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' && BOOLEANS.includes(key)) {
    throw new ProxyError(
      `metadata ${key} is the boolean ${value}, but a node sends it as a string`,
      `write "${value}" in quotes`,
    )
  }
  return JSON.stringify(value)
}

/**
 * @param value the `metadata` of an Envoy node
 * @throws ProxyError when it is not a mapping or has an invalid boolean
 */
export function parseMetadata(value: JsonValue): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProxyError('metadata must be a mapping')
  const out = new Map<string, string>()
  for (const [key, item] of Object.entries(value)) if (item !== null) out.set(key, textOf(key, item))
  checkMetadata(out)
  return out
}

/** @throws ProxyError for an invalid boolean, or an object that is not JSON */
export function checkMetadata(metadata: Metadata): void {
  for (const key of BOOLEANS) {
    const text = metadata.get(key)
    if (text && parseGoBool(text) === undefined) {
      throw new ProxyError(
        `metadata ${key} is ${JSON.stringify(text)}, which is not a boolean`,
        'use "true" or "false"',
      )
    }
  }
  for (const key of OBJECTS) objectOf(metadata, key)
}

export function booleanOf(metadata: Metadata, key: string): boolean {
  return parseGoBool(metadata.get(key) ?? '') ?? false
}

/** @throws ProxyError when the value is not a JSON object */
export function objectOf(metadata: Metadata, key: string): { [key: string]: JsonValue } | undefined {
  const text = metadata.get(key)
  if (!text) return undefined
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    throw new ProxyError(`metadata ${key} is not a JSON object`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProxyError(`metadata ${key} must be an object`)
  }
  return value
}

/** The labels in an object of metadata; values that are not strings are ignored. */
export function labelsOf(metadata: Metadata, key: string): ReadonlyMap<string, string> {
  const entries = Object.entries(objectOf(metadata, key) ?? {})
  return new Map(entries.filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
