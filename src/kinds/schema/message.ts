/** Messages: mappings with a fixed set of fields. */
import { nearest } from '../../common/nearest.ts'
import { once } from '../../common/once.ts'
import type { JsonValue } from '../../sources/document.ts'
import { type DecodeContext, type Infer, mismatch, type Type } from './type.ts'

type Fields = Readonly<Record<string, Type<unknown>>>
type Shape<F extends Fields> = { readonly [K in keyof F]: Infer<F[K]> }

export interface MessageOptions {
  /** Groups of fields of which at most one may be set. */
  readonly oneofs?: readonly (readonly string[])[]
  /** Kubernetes: only camelCase names, and unlisted fields are ignored. */
  readonly open?: boolean
  /** Fields that exist but are not used. */
  readonly ignored?: readonly string[]
}

export interface MessageType<T> extends Type<T> {
  readonly fields: Fields
  readonly oneofs: readonly (readonly string[])[]
  /** The field for a key of the JSON text (`proxyMetadata` for `proxy_metadata`); undefined when there is none. */
  fieldOf(key: string): string | undefined
  /** Whether the message may have a field of this name, used or not. */
  mayHave(field: string): boolean
}

/** A hint does not list more fields. */
const MOST_NAMES = 40

const NO_ONEOFS: readonly never[] = Object.freeze([])

const toSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

interface FieldSlot {
  readonly name: string
  readonly type: Type<unknown>
}

/** What decoding needs. Most messages are not in the input, so it is made at the first use. */
interface Layout {
  readonly slots: ReadonlyMap<string, FieldSlot>
  readonly ignored: ReadonlySet<string>
  /** Has every field, with its zero value. */
  readonly template: Readonly<Record<string, unknown>>
  /** The same, frozen: copies of a frozen object are slow. */
  readonly zero: unknown
}

function layoutOf(fields: Fields, { open, ignored }: MessageOptions): Layout {
  const slots = new Map<string, FieldSlot>()
  const names = Object.keys(fields)
  for (const field of names) {
    const slot = { name: field, type: fields[field] as Type<unknown> }
    slots.set(field, slot)
    if (!open) slots.set(toSnake(field), slot)
  }
  const zeros = names.map((field) => [field, (fields[field] as Type<unknown>).zero] as const)

  /** All fields in a fixed order, so that every object of a message has the same hidden class and room for all. */
  function Blank(this: Record<string, unknown>): void {
    for (const [field, zero] of zeros) this[field] = zero
  }
  Blank.prototype = Object.prototype
  const template = Reflect.construct(Blank, []) as Record<string, unknown>
  return { slots, ignored: new Set(ignored), template, zero: Object.freeze({ ...template }) }
}

export function message<F extends Fields>(
  name: string,
  fields: F,
  options: MessageOptions = {},
): MessageType<Shape<F>> {
  const layout = once(() => layoutOf(fields, options))

  function checkOneofs(out: Record<string, unknown>, context: DecodeContext): void {
    for (const group of options.oneofs ?? []) {
      const set = group.filter((field) => out[field] !== undefined)
      if (set.length > 1) context.fail(`only one of ${set.join(', ')} may be set`)
    }
  }

  function reportUnknown(field: string, context: DecodeContext): void {
    if (options.open || layout().ignored.has(field)) return
    const names = Object.keys(fields)
    const close = nearest(field, names)
    const all = names.length > MOST_NAMES ? undefined : `its fields are ${names.join(', ')}`
    const hint = close ? `did you mean ${close}?` : all
    const message = `${name} has no field ${JSON.stringify(field)}`
    context.unknown.push({ path: [...context.path, field], message, ...(hint && { hint }) })
  }

  return {
    name,
    fields,
    oneofs: options.oneofs ?? NO_ONEOFS,
    get zero() {
      return layout().zero as Shape<F>
    },
    fieldOf: (key) => layout().slots.get(key)?.name,
    mayHave: (field) => options.open === true || Object.hasOwn(fields, field) || layout().ignored.has(field),
    decode(value, context) {
      const { slots, template } = layout()
      const out: Record<string, unknown> = { ...template }
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        mismatch(context, 'a mapping', value)
        return out as Shape<F>
      }
      for (const key of Object.keys(value)) {
        const slot = slots.get(key)
        if (!slot) {
          reportUnknown(key, context)
          continue
        }
        const field = value[key] as JsonValue
        if (field === null) continue
        context.path.push(key)
        out[slot.name] = slot.type.decode(field, context)
        context.path.pop()
      }
      if (options.oneofs) checkOneofs(out, context)
      return out as Shape<F>
    },
  }
}
