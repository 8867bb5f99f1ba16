/**
 * Generates values that fit a schema, for fields that no fixture has. What fits is learnt as users learn it: from the
 * decoder's messages about values that do not.
 */
import { DecodeContext, type Type } from '../../src/kinds/schema/index.ts'
import type { JsonValue, PathStep } from '../../src/sources/document.ts'
import { type Corpus, isMapping, type Mapping } from './corpus.ts'
import { hostileKey, hostileNumber, hostileText } from './hostile.ts'
import type { Random } from './random.ts'

/** What is allowed at a path. */
type Shape =
  | { readonly is: 'string' | 'integer' | 'number' | 'duration' | 'boolean' | 'list' | 'map' }
  | { readonly is: 'enum'; readonly names: readonly string[] }
  | { readonly is: 'message'; readonly fields: readonly string[] }

const NO_FIELD = 'no field has this name at all'

function decodeAt(type: Type<unknown>, path: readonly PathStep[], value: JsonValue): DecodeContext {
  const context = new DecodeContext()
  const whole = path.reduceRight<JsonValue>(
    (inner, step) => (typeof step === 'number' ? [inner] : Object.fromEntries([[step, inner]])),
    value,
  )
  type.decode(whole, context)
  return context
}

const WANTED: readonly (readonly [says: string, is: Exclude<Shape['is'], 'enum' | 'message'>])[] = [
  ['must be a string', 'string'],
  ['must be a whole number', 'integer'],
  ['must be a number', 'number'],
  ['must be a duration', 'duration'],
  ['must be a list', 'list'],
]

function mappingAt(type: Type<unknown>, path: readonly PathStep[]): Shape {
  const [unknown] = decodeAt(type, path, { [NO_FIELD]: null }).unknown
  const fields = unknown?.hint?.replace(/^its fields are /, '').split(', ')
  return fields ? { is: 'message', fields } : { is: 'map' }
}

function shapeAt(type: Type<unknown>, path: readonly PathStep[]): Shape {
  const [error] = decodeAt(type, path, true).errors
  if (error === undefined) return { is: 'boolean' }
  const names = / is not one of (.*)$/.exec(error.message)?.[1]
  if (names !== undefined) return { is: 'enum', names: names.split(', ') }
  const wanted = WANTED.find(([says]) => error.message.startsWith(says))
  return wanted ? { is: wanted[1] } : mappingAt(type, path)
}

const DURATIONS = ['0s', '1s', '0.5s', '10s', '15m', '24h', '0.000000001s', '-1s', '876000h']
const INTEGERS = [0, 1, 2, 50, 80, 100, 443, 503, 3306, 8080, 15001, 65535]
const DEEPEST = 6

class Generator {
  readonly #type: Type<unknown>
  readonly #random: Random
  readonly #corpus: Corpus
  /** Names in the mesh. */
  readonly #words: readonly string[]

  constructor(type: Type<unknown>, random: Random, corpus: Corpus, words: readonly string[]) {
    this.#type = type
    this.#random = random
    this.#corpus = corpus
    this.#words = words
  }

  #text(path: readonly PathStep[]): string {
    const random = this.#random
    const key = path.findLast((step) => typeof step === 'string') as string | undefined
    const known = (this.#corpus.valuesOf.get(key ?? '') ?? []).flat().filter((value) => typeof value === 'string')
    if (known.length > 0 && random.chance(0.6)) return random.pick(known)
    return this.#words.length > 0 && random.chance(0.7) ? random.pick(this.#words) : hostileText(random)
  }

  #items(path: readonly PathStep[]): JsonValue[] {
    return Array.from({ length: this.#random.below(4) }, () => this.value([...path, 0]))
  }

  #map(path: readonly PathStep[]): JsonValue {
    const keys = Array.from({ length: this.#random.below(4) }, () =>
      this.#random.chance(0.5) ? this.#text(path) : hostileKey(this.#random),
    )
    return Object.fromEntries(keys.map((key) => [key, this.value([...path, key])]))
  }

  #message(path: readonly PathStep[], fields: readonly string[]): JsonValue {
    if (path.length > DEEPEST) return {}
    const chosen = this.#random.shuffled(fields).slice(0, this.#random.below(5))
    return Object.fromEntries(chosen.map((field) => [field, this.value([...path, field])]))
  }

  /** A value that fits at a path of the schema. */
  value(path: readonly PathStep[]): JsonValue {
    const random = this.#random
    const shape = shapeAt(this.#type, path)
    switch (shape.is) {
      case 'string':
        return this.#text(path)
      case 'integer':
        return random.chance(0.9) ? random.pick(INTEGERS) : Math.trunc(hostileNumber(random))
      case 'number':
        return random.chance(0.8) ? random.pick([0, 0.1, 1, 50, 100]) : hostileNumber(random)
      case 'duration':
        return random.pick(DURATIONS)
      case 'boolean':
        return random.chance(0.5)
      case 'enum':
        return random.pick(shape.names)
      case 'list':
        return this.#items(path)
      case 'map':
        return this.#map(path)
      case 'message':
        return this.#message(path, shape.fields)
    }
  }
}

function child(value: JsonValue, step: PathStep): JsonValue | undefined {
  return typeof value === 'object' && value !== null ? (value as Mapping)[step] : undefined
}

/** A random path to a mapping. */
function wayDown(value: Mapping, random: Random): PathStep[] {
  const path: PathStep[] = []
  let node: JsonValue = value
  let deepest: PathStep[] = []
  while (random.chance(0.7)) {
    const keys: readonly PathStep[] = Array.isArray(node) ? [...node.keys()] : Object.keys(node as Mapping)
    const inner = keys.filter((key) => typeof child(node, key) === 'object' && child(node, key) !== null)
    if (inner.length === 0) break
    const step = random.pick(inner)
    path.push(step)
    node = child(node, step) as JsonValue
    if (isMapping(node)) deepest = [...path]
  }
  return deepest
}

/** Keeps one member of each oneof, so that the object is not refused for having two. */
function repairOneofs(type: Type<unknown>, value: Mapping, keep: string): void {
  const context = new DecodeContext()
  type.decode(value, context)
  for (const { path, message } of context.errors) {
    const members = /^only one of (.*) may be set$/.exec(message)?.[1]?.split(', ')
    if (!members) continue
    const kept = members.includes(keep) ? keep : members[0]
    const holder = path.reduce<JsonValue | undefined>((node, step) => child(node ?? null, step), value)
    if (isMapping(holder)) for (const member of members) if (member !== kept) delete holder[member]
  }
}

/**
 * Sets a field somewhere in a value to a fitting one.
 * @param type the value's type
 * @param words texts from the mesh, so that references often find their target
 */
export function setFittingField(
  type: Type<unknown>,
  value: Mapping,
  random: Random,
  corpus: Corpus,
  words: readonly string[],
): void {
  const path = wayDown(value, random)
  const shape = mappingAt(
    type,
    path.map((step) => (typeof step === 'number' ? 0 : step)),
  )
  if (shape.is !== 'message') return
  const field = random.pick(shape.fields)
  const holder = path.reduce<JsonValue | undefined>((node, step) => child(node ?? null, step), value)
  if (isMapping(holder)) holder[field] = new Generator(type, random, corpus, words).value([...path, field])
  repairOneofs(type, value, field)
}
