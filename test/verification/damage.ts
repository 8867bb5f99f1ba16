/** Random damage to a dump of Envoy: each kind changes what a proxy has, and not only how it is written. */
import type { JsonValue } from '../../src/sources/document.ts'
import type { VerifiedKind } from '../../src/verification/index.ts'
import type { Random } from '../fuzz/random.ts'

type Mapping = { [key: string]: JsonValue }

/** A resource in a dump, and where it is. */
export interface Entry {
  readonly kind: VerifiedKind
  readonly name: string
  readonly resource: Mapping
  /** The list that has the entry, and the entry. */
  readonly list: Mapping[]
  readonly entry: Mapping
}

/** What should be reported. */
export interface Damage {
  readonly what: string
  /** `KIND NAME VERDICT`, sorted. */
  readonly findings: readonly string[]
  /** Where the difference is, if only a part of the resource differs. */
  readonly path: string | undefined
}

/** Sections of a dump, lists in them, and the path from an item to the resource. */
const PLACES: readonly (readonly [VerifiedKind, string, readonly string[]])[] = [
  ['cds', 'dynamic_active_clusters', ['cluster']],
  ['eds', 'dynamic_endpoint_configs', ['endpoint_config']],
  ['lds', 'dynamic_listeners', ['active_state', 'listener']],
  ['rds', 'dynamic_route_configs', ['route_config']],
]

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const nameField = (kind: VerifiedKind): string => (kind === 'eds' ? 'clusterName' : 'name')

const hasHosts = ({ endpoints = [] }: Mapping): boolean =>
  (endpoints as Mapping[]).some(({ lbEndpoints = [] }) => (lbEndpoints as JsonValue[]).length > 0)

const resourceIn = (entry: Mapping, path: readonly string[]): Mapping =>
  path.reduce<JsonValue>((value, step) => (value as Mapping)[step] as JsonValue, entry) as Mapping

/** All resources of a dump that istiod sends and that say something. */
export function entriesOf(dump: Mapping, edsNames: ReadonlySet<string>): readonly Entry[] {
  const configs = dump.configs as Mapping[]
  return PLACES.flatMap(([kind, field, path]) =>
    configs.flatMap((config) => {
      const list = (config[field] ?? []) as Mapping[]
      const all = list.map((entry) => String(resourceIn(entry, path)[nameField(kind)]))
      return list.flatMap((entry): Entry[] => {
        const resource = path.reduce<JsonValue>(
          (value, step) => (value as Mapping)[step] as JsonValue,
          entry,
        ) as Mapping
        const name = String(resource[nameField(kind)])
        const isSent = kind !== 'eds' || (edsNames.has(name) && hasHosts(resource))
        // Envoy has each name once; istiod sends routes that two listeners ask for twice.
        const isOne = all.filter((each) => each === name).length === 1
        return isSent && isOne ? [{ kind, name, resource, list, entry }] : []
      })
    }),
  )
}

/** A place inside of a resource. */
interface Node {
  readonly parent: Mapping | JsonValue[]
  readonly key: string | number
  readonly value: JsonValue
  readonly fields: readonly string[]
}

function* nodesOf(parent: Mapping | JsonValue[], fields: readonly string[]): Iterable<Node> {
  for (const key of Array.isArray(parent) ? parent.keys() : Object.keys(parent)) {
    const value = (parent as Mapping)[key as string] as JsonValue
    const path = typeof key === 'string' ? [...fields, key] : fields
    yield { parent, key, value, fields: path }
    if (isMapping(value) || Array.isArray(value)) yield* nodesOf(value, path)
  }
}

/** Lists whose order means nothing. */
const UNORDERED = new Set(['domains', 'virtualHosts', 'services', 'endpoints', 'lbEndpoints', 'additionalAddresses'])

/** Fields that Envoy writes into every assignment. */
const WRITTEN_OUT: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['healthStatus', 'HEALTHY'],
  ['loadBalancingWeight', 1],
])

type Make = (node: Node, entry: Entry, random: Random) => string | undefined

function changeScalar({ parent, key, value }: Node): string | undefined {
  const set = (changed: JsonValue): string => {
    ;(parent as Mapping)[key as string] = changed
    return `${JSON.stringify(value)} became ${JSON.stringify(changed)}`
  }
  if (typeof value === 'string') return set(`${value}x`)
  if (typeof value === 'number') return set(value + 1)
  return typeof value === 'boolean' ? set(!value) : undefined
}

function removeField({ parent, key, value }: Node, { kind }: Entry): string | undefined {
  if (Array.isArray(parent)) return undefined
  if (Array.isArray(value) && value.length === 0) return undefined
  if (kind === 'eds') {
    if (WRITTEN_OUT.get(String(key)) === value) return undefined
    if (isMapping(value) && Object.keys(value).length === 0) return undefined
  }
  delete parent[key as string]
  return `field ${key} removed`
}

function removeItem({ parent, key }: Node): string | undefined {
  if (!Array.isArray(parent)) return undefined
  parent.splice(key as number, 1)
  return `item ${key} removed`
}

function repeatItem({ parent, key, value, fields }: Node, { kind }: Entry): string | undefined {
  // Envoy takes an address once.
  if (!Array.isArray(parent) || kind === 'eds' || UNORDERED.has(fields.at(-1) ?? '')) return undefined
  parent.splice(key as number, 0, structuredClone(value))
  return `item ${key} repeated`
}

function swapItems({ parent, key, value, fields }: Node): string | undefined {
  if (!Array.isArray(parent) || key === 0 || UNORDERED.has(fields.at(-1) ?? '')) return undefined
  const other = parent[(key as number) - 1] as JsonValue
  if (JSON.stringify(other) === JSON.stringify(value)) return undefined
  parent[(key as number) - 1] = value
  parent[key as number] = other
  return `items ${Number(key) - 1} and ${key} swapped`
}

function addField({ value }: Node, { kind }: Entry, random: Random): string | undefined {
  if (!isMapping(value) || kind === 'eds') return undefined
  value[`added${random.below(100)}`] = random.pick<JsonValue>([1, 'x', true, { a: 1 }, ['x']])
  return 'field added'
}

const INSIDE: readonly Make[] = [changeScalar, changeScalar, removeField, removeItem, repeatItem, swapItems, addField]

/** What names the resource is not a part of it. */
const isInside = ({ fields }: Node, kind: VerifiedKind): boolean =>
  fields.length > 1 || !['@type', nameField(kind)].includes(fields[0] ?? '')

function damageInside(entry: Entry, random: Random): Damage | undefined {
  const nodes = [...nodesOf(entry.resource, [])].filter((node) => isInside(node, entry.kind))
  const node = random.pick(nodes)
  const what = random.pick(INSIDE)(node, entry, random)
  if (what === undefined) return undefined
  const [path = ''] = node.fields
  return { what: `${node.fields.join('.')}: ${what}`, findings: [`${entry.kind} ${entry.name} differs`], path }
}

function removeResource({ kind, name, list, entry }: Entry): Damage {
  list.splice(list.indexOf(entry), 1)
  return { what: 'resource removed', findings: [`${kind} ${name} missing`], path: undefined }
}

const OTHER = 'other.damage.example.com'

function renamed(entry: Mapping, { kind, name }: Entry): Mapping {
  const text = JSON.stringify(entry)
  const [before, after] = [name, OTHER].map((each) => `"${nameField(kind)}":${JSON.stringify(each)}`)
  const copy = JSON.parse(text.split(before as string).join(after)) as Mapping
  return copy.name === name ? { ...copy, name: OTHER } : copy
}

function addResource(entry: Entry): Damage | undefined {
  // An assignment of a cluster that is not there says nothing.
  if (entry.kind === 'eds') return undefined
  entry.list.push(renamed(entry.entry, entry))
  return { what: 'resource added', findings: [`${entry.kind} ${OTHER} extra`], path: undefined }
}

function renameResource(entry: Entry): Damage | undefined {
  const added = addResource(entry)
  return (
    added && {
      what: 'resource renamed',
      findings: [...added.findings, ...removeResource(entry).findings].sort(),
      path: undefined,
    }
  )
}

const WHOLE = [removeResource, addResource, renameResource]

/**
 * Changes a dump in one place.
 * @returns undefined if the attempt would not have changed what the proxy has; nothing is changed then
 */
export function damage(entries: readonly Entry[], random: Random): Damage | undefined {
  const entry = random.pick(entries)
  return random.chance(0.2) ? random.pick(WHOLE)(entry) : damageInside(entry, random)
}
