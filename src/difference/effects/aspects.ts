/** Compares a resource by its fields: some have words of their own, all others are named by path. */
import { sameData } from '../../comparison/index.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import type { Phrase } from './draft.ts'
import { leafTexts } from './words/values.ts'

/** A resource as plain JSON. */
export type Fields = { readonly [field: string]: JsonValue }

/** Fields that are described together. */
export interface Aspect {
  readonly fields: readonly string[]
  /** What differs in these fields, in words; whatever it does not name is lost, so it names everything. */
  readonly describe: (before: Fields, after: Fields) => readonly Phrase[]
}

export const fieldOf = (fields: Fields, name: string): JsonValue | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

/** A value as fields; none if it is not a mapping. */
export const mappingOf = (value: JsonValue | undefined): Fields => (isMapping(value) ? value : {})

const differs = (before: Fields, after: Fields, name: string): boolean =>
  !sameData(fieldOf(before, name), fieldOf(after, name))

/** A part of a resource with some of its fields only. */
export function fieldsOf(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

/** The differences of a few fields by path: `: maxRetries 3 -> 5`. */
export function pathPhrases(kind: Phrase['kind'], before: Fields, after: Fields, under: readonly string[]): Phrase[] {
  return leafTexts(before as JsonValue, after as JsonValue, under).map((text) => ({
    kind,
    lead: '',
    rest: `: ${text}`,
  }))
}

/**
 * Everything in which two resources differ.
 * @param ignored fields that are described elsewhere
 * @returns the phrases of aspects in their order, then those of fields that no aspect describes
 */
export function describeAspects(
  before: Fields,
  after: Fields,
  aspects: readonly Aspect[],
  ignored: readonly string[],
): readonly Phrase[] {
  const phrases: Phrase[] = []
  const known = new Set(ignored)
  for (const { fields, describe } of aspects) {
    for (const name of fields) known.add(name)
    if (fields.some((name) => differs(before, after, name))) phrases.push(...describe(before, after))
  }
  const others = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !known.has(name))
  phrases.push(...pathPhrases('resource-change', fieldsOf(before, others), fieldsOf(after, others), []))
  return phrases
}
