/** Reads fields of a suite, and reports those that are wrong with their position. */
import { nearest } from '../../common/nearest.ts'
import { problemAt, problemAtKey } from '../../resources/problems.ts'
import type { JsonValue, PathStep, SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { isMapping } from '../../sources/mapping.ts'

/** A mapping that is read field by field. */
export class Fields {
  readonly location: Location
  readonly problems: SourceProblem[]
  readonly #isMapping: boolean
  readonly #values: ReadonlyMap<string, JsonValue>

  constructor(value: JsonValue | undefined, location: Location, problems: SourceProblem[]) {
    this.location = location
    this.problems = problems
    this.#values = new Map(isMapping(value) ? Object.entries(value) : [])
    this.#isMapping = value === undefined || value === null || isMapping(value)
    if (!this.#isMapping) this.fail('this must be a mapping')
  }

  /** What is read from these fields; nothing if something about them is wrong, which is reported. */
  whole<T>(read: (fields: Fields) => readonly T[]): readonly T[] {
    const before = this.problems.length
    const found = this.#isMapping ? read(this) : []
    return this.#isMapping && this.problems.length === before ? found : []
  }

  fail(message: string, hint?: string, ...path: readonly PathStep[]): void {
    const place = this.location.child(...path)
    this.problems.push(problemAt(place, { severity: 'error', message, ...(hint && { hint }) }))
  }

  /** Reports fields that do not exist. */
  allow(...known: readonly string[]): void {
    for (const name of this.#values.keys()) {
      if (known.includes(name)) continue
      const close = nearest(name, known)
      const hint = close ? `did you mean ${close}?` : `known are ${known.join(', ')}`
      const message = `there is no field ${JSON.stringify(name)} here`
      const { document, path } = this.location
      this.problems.push(problemAtKey(document, [...path, name], { severity: 'error', message, hint }))
    }
  }

  get names(): readonly string[] {
    return [...this.#values.keys()]
  }

  has(name: string): boolean {
    return this.#values.has(name) && this.#values.get(name) !== null
  }

  value(name: string): JsonValue | undefined {
    return this.#values.get(name) ?? undefined
  }

  text(name: string): string | undefined {
    const value = this.value(name)
    if (value === undefined || typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
    this.fail(`${name} must be a string`, undefined, name)
    return undefined
  }

  number(name: string): number | undefined {
    const value = this.value(name)
    if (value === undefined || typeof value === 'number') return value
    this.fail(`${name} must be a number`, undefined, name)
    return undefined
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name)
    if (value === undefined || typeof value === 'boolean') return value
    this.fail(`${name} must be true or false`, undefined, name)
    return undefined
  }

  /** One text, or a list of them. */
  texts(name: string): readonly string[] | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    const list = Array.isArray(value) ? value : [value]
    if (list.every((item) => typeof item === 'string')) return list as string[]
    this.fail(`${name} must be a list of strings`, undefined, name)
    return undefined
  }

  choice<T extends string>(name: string, known: readonly T[]): T | undefined {
    const text = this.text(name)
    const found = known.find((each) => each === text)
    if (text === undefined || found !== undefined) return found
    const close = nearest(text, known)
    this.fail(
      `${JSON.stringify(text)} is not a value of ${name}`,
      close ? `did you mean ${close}?` : known.join(', '),
      name,
    )
    return undefined
  }

  fields(name: string): Fields {
    return new Fields(this.value(name), this.location.child(name), this.problems)
  }

  list(name: string): readonly Fields[] {
    const value = this.value(name)
    if (value === undefined) return []
    if (Array.isArray(value)) {
      return value.map((item, index) => new Fields(item, this.location.child(name, index), this.problems))
    }
    this.fail(`${name} must be a list`, undefined, name)
    return []
  }

  /** A mapping of texts. */
  textMap(name: string): ReadonlyMap<string, string> | undefined {
    if (!this.has(name)) return undefined
    const inner = this.fields(name)
    return new Map(inner.names.map((key) => [key, inner.text(key) ?? '']))
  }
}
