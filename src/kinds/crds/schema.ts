/** The schemas of the CRDs of the Gateway API. */

import { once, oncePer } from '../../common/once.ts'
import type { JsonValue } from '../../sources/document.ts'
import { SCHEMAS } from './gateway-api.ts'

/** A rule of CEL, and what it demands. */
export interface Rule {
  readonly rule: string
  readonly message?: string
}

/** A schema as OpenAPI states it; inner schemas are numbers in the table. */
export interface CrdSchema {
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, number>>
  readonly additionalProperties?: number
  readonly items?: number
  readonly required?: readonly string[]
  readonly default?: JsonValue
  readonly enum?: readonly JsonValue[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly minimum?: number
  readonly maximum?: number
  /** Fields that tell the items of a list apart. */
  readonly keys?: readonly string[]
  /** No item may be twice. */
  readonly isSet?: boolean
  readonly rules?: readonly Rule[]
}

interface Table {
  readonly schemas: readonly CrdSchema[]
  /** Of the specs, by `KIND/VERSION`. */
  readonly specs: Readonly<Record<string, number>>
}

/** Read when the first object is checked. */
const table = once((): Table => JSON.parse(SCHEMAS) as Table)

/** The schema at a number. */
export const schemaAt = (index: number): CrdSchema => table().schemas[index] ?? {}

/** The fields of a mapping with their schemas. */
export const fieldsOf = oncePer(({ properties = {} }: CrdSchema) =>
  Object.entries(properties).map(([name, index]) => ({ name, schema: schemaAt(index) })),
)

/** The schema of a kind's spec; that of v1, or of the only version, for versions that the API no longer has. */
export function specSchema(kind: string, version: string): CrdSchema | undefined {
  const { specs } = table()
  const found = specs[`${kind}/${version}`] ?? specs[`${kind}/v1`]
  return found === undefined ? undefined : schemaAt(found)
}
