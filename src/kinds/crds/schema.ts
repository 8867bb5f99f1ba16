/** The schemas of the CRDs of the Gateway API. */

import { once } from '../../common/once.ts'
import type { JsonValue } from '../../sources/document.ts'
import { SCHEMAS } from './gateway-api.ts'

/** A rule of CEL, and what it demands. */
export interface Rule {
  readonly rule: string
  readonly message?: string
}

/** What a schema says about a value itself. */
interface Limits {
  readonly type?: string
  readonly format?: string
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

/** A schema as OpenAPI states it. */
export interface CrdSchema extends Limits {
  readonly properties?: ReadonlyMap<string, CrdSchema>
  /** Of the properties, those with a default. */
  readonly defaults?: readonly (readonly [name: string, schema: CrdSchema])[]
  readonly additionalProperties?: CrdSchema
  readonly items?: CrdSchema
}

/** The same in the table, where inner schemas are numbers of other entries. */
interface NumberedSchema extends Limits {
  readonly properties?: Readonly<Record<string, number>>
  readonly additionalProperties?: number
  readonly items?: number
}

interface Table {
  readonly schemas: readonly NumberedSchema[]
  /** Of the specs, by `KIND/VERSION`. */
  readonly specs: Readonly<Record<string, number>>
}

type Linked = { -readonly [F in keyof CrdSchema]: CrdSchema[F] }

/** Schemas that refer to each other, by their number. */
function linked(schemas: readonly NumberedSchema[]): readonly CrdSchema[] {
  const out = schemas.map(({ properties: _, additionalProperties: __, items: ___, ...limits }): Linked => limits)
  const at = (index: number): CrdSchema => out[index] ?? {}
  for (const [index, { properties, additionalProperties, items }] of schemas.entries()) {
    const schema = out[index]
    if (!schema) continue
    if (properties) {
      const fields = Object.entries(properties).map(([name, inner]) => [name, at(inner)] as const)
      schema.properties = new Map(fields)
      schema.defaults = fields.filter(([, inner]) => inner.default !== undefined)
    }
    if (additionalProperties !== undefined) schema.additionalProperties = at(additionalProperties)
    if (items !== undefined) schema.items = at(items)
  }
  return out
}

/** Read when the first object is checked. */
const table = once(() => {
  const { schemas, specs } = JSON.parse(SCHEMAS) as Table
  return { schemas: linked(schemas), specs }
})

/** The schema of a kind's spec; that of v1, or of the only version, for versions that the API no longer has. */
export function specSchema(kind: string, version: string): CrdSchema | undefined {
  const { schemas, specs } = table()
  const found = specs[`${kind}/${version}`] ?? specs[`${kind}/v1`]
  return found === undefined ? undefined : schemas[found]
}
