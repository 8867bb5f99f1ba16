/** Changes to documents that keep most of the structure. */
import { parse, stringify } from 'yaml'
import { kindOf } from '../../src/kinds/index.ts'
import type { Type } from '../../src/kinds/schema/index.ts'
import { MeshConfig, ProxyConfig } from '../../src/resources/mesh/mesh-config.ts'
import { MeshNetworks } from '../../src/resources/mesh/mesh-networks.ts'
import type { JsonValue } from '../../src/sources/document.ts'
import { type Corpus, isMapping, type Mapping } from './corpus.ts'
import { setFittingField } from './grammar.ts'
import { hostileKey, hostileLike, hostileNumber, hostileText } from './hostile.ts'
import type { Random } from './random.ts'

/** A position in a tree: the parent and the key or index. */
interface Slot {
  readonly parent: Mapping | JsonValue[]
  readonly key: string | number
  /** The nearest key above, the same for all items of a list. */
  readonly name: string
}

const get = ({ parent, key }: Slot): JsonValue => (parent as Mapping)[key as string] as JsonValue

/** Own properties only: `__proto__` is a key like any other. */
function set({ parent, key }: Slot, value: JsonValue): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true })
}

/** A copy that keeps `__proto__` as a key. */
export function copy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copy)
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]))
}

function slotsOf(root: JsonValue[]): Slot[] {
  const slots: Slot[] = []
  const walk = (parent: Mapping | JsonValue[], name: string): void => {
    for (const key of Object.keys(parent)) {
      const slot: Slot = { parent, key, name: Array.isArray(parent) ? name : key }
      slots.push(slot)
      const value = get(slot)
      if (typeof value === 'object' && value !== null) walk(value, slot.name)
    }
  }
  walk(root, '')
  return slots
}

type Mutation = (slot: Slot, random: Random, corpus: Corpus, root: JsonValue[]) => void

function drop({ parent, key }: Slot): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
}

function duplicate({ parent, key, name }: Slot, random: Random): void {
  const value = get({ parent, key, name })
  if (Array.isArray(parent)) parent.splice(random.below(parent.length + 1), 0, copy(value))
  else set({ parent, key: hostileKey(random), name }, copy(value))
}

/** Replaces a value by one that the same key has elsewhere. */
function transplant(slot: Slot, random: Random, corpus: Corpus): void {
  const values = corpus.valuesOf.get(slot.name)
  if (values === undefined) return
  const value = copy(random.pick(values))
  set(slot, Array.isArray(slot.parent) && Array.isArray(value) && value.length > 0 ? random.pick(value) : value)
}

/** Adds a key that is next to these keys elsewhere. */
function addKnownKey(slot: Slot, random: Random, corpus: Corpus): void {
  const value = get(slot)
  const keys = corpus.keysUnder.get(slot.name)
  if (!isMapping(value) || keys === undefined) return
  const key = random.pick(keys)
  set({ parent: value, key, name: key }, copy(random.pick(corpus.valuesOf.get(key) ?? [null])))
}

function addHostileKey(slot: Slot, random: Random): void {
  const value = get(slot)
  if (!isMapping(value)) return
  const others = Object.values(value)
  const item = others.length > 0 && random.chance(0.7) ? copy(random.pick(others)) : hostileText(random)
  set({ parent: value, key: hostileKey(random), name: '' }, item)
}

function renameKey({ parent, key, name }: Slot, random: Random): void {
  if (Array.isArray(parent)) return
  const value = get({ parent, key, name })
  delete parent[key]
  set({ parent, key: hostileKey(random), name }, value)
}

function wrap(slot: Slot, random: Random): void {
  const value = get(slot)
  set(slot, random.chance(0.5) ? [value] : Object.fromEntries([[hostileKey(random), value]]))
}

function swap(slot: Slot, random: Random, _: Corpus, root: JsonValue[]): void {
  const same = slotsOf(root).filter(({ name }) => name === slot.name)
  const other = random.pick(same.length > 0 ? same : [slot])
  const value = copy(get(slot))
  set(slot, copy(get(other)))
  set(other, value)
}

/** Replaces a text wherever it occurs, as value or key, so that references stay valid. */
function renameEverywhere(slot: Slot, random: Random, _: Corpus, root: JsonValue[]): void {
  const from = typeof get(slot) === 'string' ? get(slot) : slot.key
  const to = hostileText(random)
  if (from === to) return
  for (const each of slotsOf(root)) {
    if (get(each) === from) set(each, to)
    if (each.key !== from || Array.isArray(each.parent)) continue
    const value = get(each)
    delete each.parent[from as string]
    set({ ...each, key: to }, value)
  }
}

const DEPTHS = [10, 200, 990, 1_010, 1_500]

function nest(slot: Slot, random: Random): void {
  let value = get(slot)
  const list = random.chance(0.5)
  for (let left = random.pick(DEPTHS); left > 0; left--) value = list ? [value] : { [slot.name]: value }
  set(slot, value)
}

/** A similar but different value, with numbered names. */
function numbered(value: JsonValue, index: number): JsonValue {
  if (typeof value === 'string') {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(value)) return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
    return /^[a-z*]/.test(value) && !/^[A-Z]+$/.test(value) ? value.replace(/[a-z]+/, (word) => word + index) : value
  }
  if (typeof value === 'number') return (value + index) % 65_536
  if (Array.isArray(value)) return value.map((item) => numbered(item, index))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, numbered(item, index)]))
}

const LENGTHS = [300, 2_000, 10_000]
/** How many values a list may grow to, so that writing the document does not take seconds. */
const MOST_GROWN = 120_000

function sizeOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 1)
}

/** Repeats a list, or the siblings of a value in one, many times. */
const grow: Mutation = (slot, random) => {
  const value = get(slot)
  const list = Array.isArray(value) ? value : slot.parent
  const item = Array.isArray(value) ? value[0] : value
  if (!Array.isArray(list) || item === undefined) return
  const distinct = random.chance(0.8)
  const count = Math.min(random.pick(LENGTHS), Math.ceil(MOST_GROWN / sizeOf(item)))
  for (let index = 1; index <= count; index++) list.push(distinct ? numbered(item, index) : item)
}

/** A map with thousands of keys. */
const growMap: Mutation = (slot, random) => {
  const value = get(slot)
  const [first] = isMapping(value) ? Object.entries(value) : []
  if (!isMapping(value) || first === undefined) return
  const count = Math.min(random.pick(LENGTHS), Math.ceil(MOST_GROWN / sizeOf(first[1])))
  for (let index = 1; index <= count; index++) value[`${first[0]}${index}`] = copy(first[1])
}

const hostile: Mutation = (slot, random) => set(slot, hostileLike(get(slot), random))

const toNumber: Mutation = (slot, random) => {
  if (typeof get(slot) === 'number') set(slot, hostileNumber(random))
}

/** With the relative frequency of each. */
const MUTATIONS: readonly (readonly [weight: number, mutation: Mutation])[] = [
  [20, hostile],
  [5, toNumber],
  [8, drop],
  [6, duplicate],
  [20, transplant],
  [14, addKnownKey],
  [8, addHostileKey],
  [4, renameKey],
  [4, wrap],
  [5, swap],
  [14, renameEverywhere],
  [0.7, nest],
  [0.8, grow],
  [0.3, growMap],
]

const WHEEL: readonly Mutation[] = MUTATIONS.flatMap(([weight, mutation]) => Array(weight * 10).fill(mutation))

/** Strings that contain YAML, such as `data.mesh`. */
const EMBEDDED: ReadonlySet<string> = new Set(['mesh', 'meshNetworks', 'proxy.istio.io/config', 'PROXY_CONFIG'])
const EMBEDDED_CHANCE = 0.4
const FITTING_CHANCE = 0.4

const EMBEDDED_TYPES: ReadonlyMap<string, Type<unknown>> = new Map<string, Type<unknown>>([
  ['mesh', MeshConfig],
  ['meshNetworks', MeshNetworks],
  ['proxy.istio.io/config', ProxyConfig],
])

function mutateEmbedded(slot: Slot, random: Random, corpus: Corpus): void {
  const text = get(slot)
  if (typeof text !== 'string') return
  try {
    const root = [parse(text)] as JsonValue[]
    const type = EMBEDDED_TYPES.get(slot.name)
    const [value] = root
    if (type && isMapping(value) && random.chance(0.6)) setFittingField(type, value, random, corpus, WORDS)
    else mutate(root, random, corpus)
    set(slot, random.chance(0.9) ? stringify(root[0]) : JSON.stringify(root[0]))
  } catch {
    set(slot, hostileText(random))
  }
}

/** Common names in the fixtures' meshes. */
const WORDS = ['default', 'db.example.com', 'istio-system', '*.example.com', '10.0.0.1', '*']

/** The texts of names and hosts. */
function wordsOf(root: readonly JsonValue[]): string[] {
  const names = slotsOf([...root]).filter(({ name }) => name === 'name' || name === 'hosts' || name === 'host')
  return [...new Set(names.map(get))].filter((value) => typeof value === 'string')
}

/** Adds a field of the object's schema, with a fitting value. */
function addField(root: readonly JsonValue[], random: Random, corpus: Corpus): void {
  const object = random.pick(root)
  if (!isMapping(object) || typeof object.apiVersion !== 'string' || typeof object.kind !== 'string') return
  const definition = kindOf(object.apiVersion, object.kind)
  const value = definition?.flat ? object : object.spec
  if (definition && isMapping(value)) setFittingField(definition.spec, value, random, corpus, wordsOf(root))
}

const FEW = 3
const MANY = 25

/** Changes a list of documents in place, usually in few places. */
export function mutate(root: JsonValue[], random: Random, corpus: Corpus): void {
  const count = random.chance(0.1) ? random.below(MANY) : 1 + random.below(FEW)
  for (let left = count; left > 0; left--) {
    const slots = slotsOf(root)
    if (slots.length === 0) return
    const embedded = slots.filter(({ name }) => EMBEDDED.has(name))
    if (embedded.length > 0 && random.chance(EMBEDDED_CHANCE)) mutateEmbedded(random.pick(embedded), random, corpus)
    else if (random.chance(FITTING_CHANCE)) addField(root, random, corpus)
    else random.pick(WHEEL)(random.pick(slots), random, corpus, root)
  }
}

/** Makes one list or map of the documents thousands of items long, and changes nothing else. */
export function enlarge(root: JsonValue[], random: Random, corpus: Corpus): void {
  const objects = slotsOf(root).filter((slot) => typeof get(slot) === 'object' && get(slot) !== null)
  // Every field is equally likely, however often it occurs.
  const name = random.pick([...new Set(objects.map((slot) => slot.name))])
  const slot = random.pick(objects.filter((each) => each.name === name))
  if (Array.isArray(get(slot)) || random.chance(0.5)) grow(slot, random, corpus, root)
  else growMap(slot, random, corpus, root)
}
