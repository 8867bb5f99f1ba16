/** The meshes from which inputs are made. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JsonValue } from '../../src/sources/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'

export type Mapping = { [key: string]: JsonValue }

export interface MeshInput {
  readonly name: string
  readonly documents: readonly JsonValue[]
  /** Documents of remote clusters by ID. */
  readonly remotes: ReadonlyMap<string, readonly JsonValue[]>
  /** Envoy nodes. */
  readonly nodes: readonly JsonValue[]
  readonly istiodEnv: Mapping
}

export interface Corpus {
  readonly meshes: readonly MeshInput[]
  /** The values of each key, anywhere. */
  readonly valuesOf: ReadonlyMap<string, readonly JsonValue[]>
  /** The sibling keys of each key, by their parent key. */
  readonly keysUnder: ReadonlyMap<string, readonly string[]>
}

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url))
/** Larger meshes only take time: smaller ones have the same shapes. */
const LARGEST_FILE = 20_000
const MOST_VALUES_OF_A_KEY = 60

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function read(path: string): JsonValue[] {
  return parseDocuments({ name: path, text: readFileSync(path, 'utf8') }, '').documents.map(({ value }) => value)
}

function manifestsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name))
    .sort()
}

function conformanceMesh(set: string, name: string): MeshInput {
  const folder = join(FIXTURES, set, name)
  const [described] = read(join(folder, 'case.yaml'))
  const { proxies, istiodEnv } = isMapping(described) ? described : {}
  const clusters = join(folder, 'clusters')
  const remotes = existsSync(clusters) ? readdirSync(clusters) : []
  return {
    name,
    documents: read(join(folder, 'input.yaml')),
    remotes: new Map(remotes.map((file) => [file.replace(/\.yaml$/, ''), read(join(clusters, file))])),
    nodes: Array.isArray(proxies) ? proxies : [],
    istiodEnv: isMapping(istiodEnv) ? istiodEnv : {},
  }
}

function scenarioMesh(name: string): MeshInput {
  const documents = manifestsIn(join(FIXTURES, 'scenarios', name)).flatMap(read)
  return { name, documents, remotes: new Map(), nodes: [], istiodEnv: {} }
}

function foldersOf(kind: string): string[] {
  return readdirSync(join(FIXTURES, kind), { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => name)
    .sort()
}

class Index {
  readonly values = new Map<string, JsonValue[]>()
  readonly keys = new Map<string, Set<string>>()

  add(value: JsonValue, under: string): void {
    if (Array.isArray(value)) for (const item of value) this.add(item, under)
    else if (isMapping(value)) for (const [key, item] of Object.entries(value)) this.#entry(under, key, item)
  }

  #entry(under: string, key: string, item: JsonValue): void {
    const keys = this.keys.get(under) ?? new Set()
    this.keys.set(under, keys.add(key))
    const values = this.values.get(key) ?? []
    if (values.length < MOST_VALUES_OF_A_KEY) this.values.set(key, [...values, item])
    this.add(item, key)
  }
}

/**
 * Reads the meshes of the fixtures, in the same order everywhere.
 * @param sets the folders of conformance cases
 */
export function readCorpus(sets: readonly string[] = ['conformance']): Corpus {
  const small = sets.flatMap((set) =>
    foldersOf(set)
      .filter((name) => statSync(join(FIXTURES, set, name, 'input.yaml')).size < LARGEST_FILE)
      .map((name) => conformanceMesh(set, name)),
  )
  const meshes = [...small, ...foldersOf('scenarios').map(scenarioMesh)]
  const index = new Index()
  for (const { documents, nodes } of meshes) index.add([...documents, ...nodes], '')
  const keysUnder = new Map([...index.keys].map(([under, keys]) => [under, [...keys]] as const))
  return { meshes, valuesOf: index.values, keysUnder }
}
