/** Edits random documents at random, and checks that nothing else changes. */
import { isDeepStrictEqual } from 'node:util'
import { EditableDocument } from '../../../src/findings/edits/document.ts'
import { EditError } from '../../../src/findings/edits/index.ts'
import { withParts } from '../../../src/findings/edits/part.ts'
import { type Edit, isRemoval } from '../../../src/findings/fixes/change.ts'
import { withEdits } from '../../../src/findings/fixes/edit.ts'
import type { JsonValue, PathStep } from '../../../src/sources/document.ts'
import { parseDocuments } from '../../../src/sources/index.ts'
import { isMapping, valueAt } from '../../../src/sources/mapping.ts'
import { Random } from '../random.ts'
import { type Shape, type StyledText, styledText } from './styled.ts'
import { textProblem } from './texts.ts'

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
    if (this.#random.chance(0.1)) return { kind: 'lines', lines: [`${id} one`, '', `${id} # two: x`, '  three'] }
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
  'one\ntwo\n',
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
  if (typeof before === 'string' && random.chance(0.4))
    return before.replace(random.pick(['one', ' # two', '\n', 'v0']), 'new')
  if (Array.isArray(before) && random.chance(0.6)) {
    const kept = before.filter(() => random.chance(0.7))
    return random.chance(0.6) ? [...kept, random.pick(NEW_VALUES)] : kept
  }
  return random.pick(NEW_VALUES)
}

function editsOf(value: JsonValue, random: Random): readonly Edit[] {
  const paths = pathsOf(value)
  return Array.from({ length: 1 + random.below(3) }, (): Edit => {
    const path = paths.length > 0 ? random.pick(paths) : ['fresh']
    const at = valueAt(value, path)
    if (isMapping(at) && random.chance(0.4)) return { path: [...path, 'fresh'], value: newValue(undefined, random) }
    if (random.chance(0.15)) return { path: ['fresh', 'inside'], value: newValue(undefined, random) }
    return random.chance(0.5) ? { path, remove: true } : { path, value: newValue(at, random) }
  })
}

function problemOf(before: StyledText, after: string, value: JsonValue, edits: readonly Edit[]): string | undefined {
  const wanted = withEdits(value, edits)
  const [document, ...more] = parseDocuments({ name: '', text: after }, '').documents
  const plain = (one: unknown): unknown => JSON.parse(JSON.stringify(one ?? null))
  if (more.length > 0 || !isDeepStrictEqual(plain(document?.value), plain(wanted))) return 'another value'
  const problem = textProblem([before], before.text, after, [edits])
  if (problem !== undefined) return problem
  if (edits.some(isRemoval)) return undefined
  return new EditableDocument(after, wanted, '\n').edit(edits).length > 0 ? 'changes again the second time' : undefined
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
    const after = withParts(before.text, new EditableDocument(before.text, document.value, '\n').edit(edits))
    return { ...outcome, after, edits, problem: problemOf(before, after, document.value, edits) }
  } catch (error) {
    if (error instanceof EditError) return { ...outcome, edits, refused: true, problem: undefined }
    return { ...outcome, edits, problem: error instanceof Error ? (error.stack ?? '') : String(error) }
  }
}
