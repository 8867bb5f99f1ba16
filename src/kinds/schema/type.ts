/** What a schema is: a decoder with a zero value, whose TypeScript type is that of what it decodes. */
import type { JsonValue, PathStep } from '../../sources/document.ts'

/** Something wrong inside a value, at a path from the value that was decoded. */
export interface DecodeIssue {
  readonly path: readonly PathStep[]
  readonly message: string
  readonly hint?: string
  /** The value is a number or boolean that would be right as a text. */
  readonly unquoted?: true
}

/** Collects what a decoder finds; `path` is the way to the value that is being decoded. */
export class DecodeContext {
  readonly path: PathStep[] = []
  readonly errors: DecodeIssue[] = []
  readonly unknown: DecodeIssue[] = []

  fail(message: string, hint?: string): void {
    this.errors.push({ path: [...this.path], message, ...(hint && { hint }) })
  }

  /** A number or boolean stands where a text belongs. */
  failUnquoted(message: string, hint: string): void {
    this.errors.push({ path: [...this.path], message, hint, unquoted: true })
  }
}

/** A decoder of values of type T. `zero` is what an absent field holds. */
export interface Type<T> {
  readonly name: string
  readonly zero: T
  /** Of what a list, a map or a value that may be absent holds. */
  readonly item?: Type<unknown>
  decode(value: JsonValue, context: DecodeContext): T
}

export type Infer<S> = S extends Type<infer T> ? T : never

/** A value as messages name it. */
export function describe(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return `the ${typeof value} ${JSON.stringify(value)}`
}

/** Reports that a value is of another type than it should be. */
export function mismatch(context: DecodeContext, wanted: string, value: JsonValue): void {
  const message = `must be ${wanted}, not ${describe(value)}`
  const scalar = typeof value === 'number' || typeof value === 'boolean'
  if (wanted !== 'a string' || !scalar) context.fail(message)
  else context.failUnquoted(message, `YAML 1.1 reads this as a ${typeof value}; put it in quotes`)
}
