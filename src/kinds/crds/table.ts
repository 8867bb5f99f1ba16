/** The schemas of the CRDs of the Gateway API. */
import { once } from '../../common/once.ts'
import { completed } from './completion.ts'
import { SCHEMAS } from './gateway-api.ts'
import type { CrdSchema, Limits } from './schema.ts'

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
  // Inner schemas come first.
  for (const schema of out) {
    if (schema.default !== undefined)
      schema.default = completed(schema.default, schema, { kind: '', path: [], unknown: [] })
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
