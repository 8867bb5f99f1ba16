/** Edits random documents at random, and checks that nothing else changes. */
import { isDeepStrictEqual } from 'node:util'
import { editDocument } from '../../../src/findings/edits/document.ts'
import { EditError } from '../../../src/findings/edits/index.ts'
import { withParts } from '../../../src/findings/edits/part.ts'
import { type Edit, isRemoval } from '../../../src/findings/fixes/change.ts'
import { startsWith, withEdits } from '../../../src/findings/fixes/edit.ts'
import type { JsonValue, PathStep } from '../../../src/sources/document.ts'
import { parseDocuments } from '../../../src/sources/index.ts'
import { Random } from '../random.ts'
import { type Shape, type StyledText, styledText } from './styled.ts'

export interface EditTrial {
  readonly seed: number
  /** undefined when everything is right. */
  readonly problem: string | undefined
  /** The document was left as it is, with a reason. */
  readonly refused: boolean
  readonly before: string
  readonly after: string
  readonly edits: readonly Edit[]
}

/** Makes shapes whose keys and scalars are all different. */
class Shapes {
  readonly #random: Random
  #count = 0

  constructor(random: Random) {
    this.#random = random
  }

  #id(prefix: string): string {
    return `${prefix}${String(this.#count++).padStart(4, '0')}`
  }

  #scalar(): Shape {
    const id = this.#id('v')
    const yaml = this.#random.pick([
      id,
      `'${id}'`,
      `"${id}"`,
      `"${id} \\u00e9 # \\x41"`,
      `9007199254740993${id.slice(1)}`,
      `1${id.slice(1)}.50`,
      `!!str ${id}`,
      `"${id}, ]}"`,
    ])
    const json = this.#random.pick([
      `"${id}"`,
      `"${id} \\u00e9 \\/ \\u202e"`,
      `9007199254740993${id.slice(1)}`,
      `1${id.slice(1)}.50`,
      `1${id.slice(1)}E+2`,
      `"${id}, ]}"`,
    ])
    return { kind: 'scalar', yaml, json }
  }

  shape(depth: number): Shape {
    const count = this.#random.below(4)
    if (depth === 0 || this.#random.chance(0.3)) return this.#scalar()
    if (this.#random.chance(0.4))
      return { kind: 'seq', items: Array.from({ length: count }, () => this.shape(depth - 1)) }
    return this.map(depth, count)
  }

  map(depth: number, count: number): Shape {
    return {
      kind: 'map',
      entries: Array.from({ length: count }, () => [this.#id('k'), this.shape(depth - 1)] as const),
    }
  }
}

/** Every path of a value, the root's aside. */
function pathsOf(value: JsonValue, path: readonly PathStep[] = []): (readonly PathStep[])[] {
  if (typeof value !== 'object' || value === null) return []
  const steps: PathStep[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return steps.flatMap((step) => {
    const at = [...path, step]
    return [at, ...pathsOf((value as Record<PathStep, JsonValue>)[step] as JsonValue, at)]
  })
}

const NEW_VALUES: readonly JsonValue[] = [
  'DNS',
  '1.10',
  80,
  '.',
  ['10.0.0.1'],
  ['a.example.com', '*'],
  [{ number: 80, name: 'http' }],
  { on: '1', 'a/b': { c: 'd' } },
  [],
  {},
]

function newValue(before: JsonValue | undefined, random: Random): JsonValue {
  if (Array.isArray(before) && random.chance(0.6)) {
    const kept = before.filter(() => random.chance(0.7))
    return random.chance(0.6) ? [...kept, random.pick(NEW_VALUES)] : kept
  }
  return random.pick(NEW_VALUES)
}

const valueIn = (value: JsonValue, path: readonly PathStep[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((found, step) => (found as Record<PathStep, JsonValue>)[step], value)

function editsOf(value: JsonValue, random: Random): readonly Edit[] {
  const paths = pathsOf(value)
  return Array.from({ length: 1 + random.below(3) }, (): Edit => {
    const path = paths.length > 0 ? random.pick(paths) : ['fresh']
    const at = valueIn(value, path)
    const isMapping = typeof at === 'object' && at !== null && !Array.isArray(at)
    if (isMapping && random.chance(0.4)) return { path: [...path, 'fresh'], value: newValue(undefined, random) }
    if (random.chance(0.15)) return { path: ['fresh', 'inside'], value: newValue(undefined, random) }
    return random.chance(0.5) ? { path, remove: true } : { path, value: newValue(at, random) }
  })
}

/** The words that no edit is about, in text order. */
function untouched({ words }: StyledText, edits: readonly Edit[]): readonly string[] {
  const isTouched = (path: readonly PathStep[], isWord: boolean): boolean =>
    edits.some((edit) => {
      if (!startsWith(path, edit.path)) return false
      // A new value leaves the key and what is said of it.
      return isRemoval(edit) || isWord || path.length > edit.path.length
    })
  return words.filter(({ path, kind }) => !isTouched(path, kind === 'value')).map(({ text }) => text)
}

/** The first of the words that is not in the text, in the given order. */
function firstMissing(text: string, words: readonly string[]): string | undefined {
  let at = 0
  for (const word of words) {
    const found = text.indexOf(word, at)
    if (found < 0) return word
    at = found + word.length
  }
  return undefined
}

const linesOf = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? []

/** Lines that are gone without a word that an edit is about: an edit may touch a few next to it. */
function linesLost(before: StyledText, after: string, kept: ReadonlySet<string>): number {
  const left = new Map<string, number>()
  for (const line of linesOf(after)) left.set(line, (left.get(line) ?? 0) + 1)
  const touched = before.words.filter(({ text }) => !kept.has(text)).map(({ text }) => text)
  return linesOf(before.text).filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    // Lines of brackets go with what is in them.
    return count <= 0 && /\w{4}/.test(line) && !touched.some((word) => line.includes(word))
  }).length
}

/** An edit changes the line it adds to, and the lines where brackets and dashes were. */
const LINES_OF_AN_EDIT = 3

function lineEndsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/\r\n|\r|\n/g) ?? [])
}

function problemOf(before: StyledText, after: string, value: JsonValue, edits: readonly Edit[]): string | undefined {
  const wanted = withEdits(value, edits)
  const [document, ...more] = parseDocuments({ name: '', text: after }, '').documents
  const plain = (one: unknown): unknown => JSON.parse(JSON.stringify(one ?? null))
  if (more.length > 0 || !isDeepStrictEqual(plain(document?.value), plain(wanted))) return 'another value'
  const kept = untouched(before, edits)
  const missing = firstMissing(after, kept)
  if (missing !== undefined) return `lost ${missing}`
  const lost = linesLost(before, after, new Set(kept))
  if (lost > LINES_OF_AN_EDIT * edits.length) return `changed ${lost} other lines`
  const ends = lineEndsOf(before.text)
  const strange = [...lineEndsOf(after)].find((end) => ends.size > 0 && !ends.has(end))
  if (strange !== undefined) return `brings the line end ${JSON.stringify(strange)}`
  if (edits.some(isRemoval)) return undefined
  return editDocument(after, wanted, edits).length > 0 ? 'changes again the second time' : undefined
}

/** Edits the document of a seed. */
export function tryEdits(seed: number): EditTrial {
  const random = new Random(seed)
  const shapes = new Shapes(random)
  const before = styledText(shapes.map(4, 2 + random.below(4)), random)
  const [document] = parseDocuments({ name: '', text: before.text }, '').documents
  const outcome = { seed, refused: false, before: before.text, after: '', edits: [] }
  if (!document) return { ...outcome, problem: 'the text of the trial cannot be read' }
  const edits = editsOf(document.value, random)
  try {
    const after = withParts(before.text, editDocument(before.text, document.value, edits))
    return { ...outcome, after, edits, problem: problemOf(before, after, document.value, edits) }
  } catch (error) {
    if (error instanceof EditError) return { ...outcome, edits, refused: true, problem: undefined }
    return { ...outcome, edits, problem: error instanceof Error ? (error.stack ?? '') : String(error) }
  }
}
