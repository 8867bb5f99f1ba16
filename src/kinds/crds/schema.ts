/** Schemas of CRDs. */
import type { JsonValue } from '../../sources/document.ts'

/** A rule of CEL, and what it demands. */
interface Rule {
  readonly rule: string
  readonly message?: string
}

/** What a schema says about a value itself. */
export interface Limits {
  readonly type?: string
  readonly format?: string
  readonly required?: readonly string[]
  /** With the defaults of the fields inside it. */
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
  /** The properties that have a default. */
  readonly defaults?: readonly (readonly [name: string, schema: CrdSchema])[]
  readonly additionalProperties?: CrdSchema
  readonly items?: CrdSchema
}
