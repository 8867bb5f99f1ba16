/** A schema is a decoder with a zero value; its TypeScript type is that of the decoded value. */
import type { JsonValue, PathStep } from '../../sources/document.ts'

/** A problem inside a value, at a path from the value that was decoded. */
export interface DecodeIssue {
  readonly path: readonly PathStep[]
  readonly message: string
  readonly hint?: string
  /** The value is a number or boolean that would be right as a string. */
  readonly unquoted?: true
}

/** Collects a decoder's findings; `path` leads to the value being decoded. */
export class DecodeContext {
  readonly path: PathStep[] = []
  readonly errors: DecodeIssue[] = []
  readonly unknown: DecodeIssue[] = []

  /** Whether nothing was found yet, so that the context may also serve for another value. */
  get isUnused(): boolean {
    return this.errors.length === 0 && this.unknown.length === 0
  }

  fail(message: string, hint?: string): void {
    this.errors.push({ path: [...this.path], message, ...(hint && { hint }) })
  }

  /** Reports a number or boolean in place of a string. */
  failUnquoted(message: string, hint: string): void {
    this.errors.push({ path: [...this.path], message, hint, unquoted: true })
  }
}

/** A decoder for values of type T. `zero` is the value of an absent field. */
export interface Type<T> {
  readonly name: string
  readonly zero: T
  /** The type of the items of a list or map, or of an optional value. */
  readonly item?: Type<unknown>
  decode(value: JsonValue, context: DecodeContext): T
}

export type Infer<S> = S extends Type<infer T> ? T : never

/** A value's description in messages. */
export function describe(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return `the ${typeof value} ${JSON.stringify(value)}`
}

/** Reports a value of the wrong type. */
export function mismatch(context: DecodeContext, wanted: string, value: JsonValue): void {
  const message = `must be ${wanted}, not ${describe(value)}`
  const scalar = typeof value === 'number' || typeof value === 'boolean'
  if (wanted !== 'a string' || !scalar) context.fail(message)
  else context.failUnquoted(message, `YAML 1.1 reads this as a ${typeof value}; put it in quotes`)
}
