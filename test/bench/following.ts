/**
 * Times answers after a change of one entry, with a memory and without, and prints JSON.
 *
 * usage: following.ts ENTRIES one|many, for a mesh in one file or in one per object
 */
import { Memory } from '../../src/common/memory.ts'
import { fitHeap } from '../../src/compiler.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { streamEnvoyResources } from '../../src/envoy/stream.ts'
import { lint, syntheticProxies } from '../../src/findings/lint/index.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh, parseManifests } from '../../src/pipeline.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import type { SourceFile } from '../../src/sources/document.ts'
import { meshDocuments, TYPES } from './mesh.ts'

/** What one answer costs after a change: CPU in milliseconds from the changed text to the answer. */
export interface Following {
  readonly answer: string
  readonly scratch: number
  /** With a memory. */
  readonly kept: number
}

/** Changes of an entry of each type. */
const CHANGES_OF_TYPE = 2
/** Changes before the first measured one, so that code is compiled. */
const WARM_UP = TYPES

const viewOf = (mesh: Mesh): ProxyView => computeProxyView(mesh, syntheticNode('team-1', mesh.snapshot))

/** Asks a mesh; gets the host that changed. */
type Ask = (mesh: Mesh, host: string) => unknown

const ANSWERS: Readonly<Record<string, Ask>> = {
  'services, addresses, visibility': ({ registry }) => registry.hosts.length,
  'a DNS question': (mesh, host) => {
    const view = viewOf(mesh)
    return new LookupTable(computeNameTable(view), view).lookup(host, 'A')
  },
  'the listeners of a sidecar': (mesh) => [...streamEnvoyResources(viewOf(mesh)).listeners()].length,
  lint: ({ registry, scope }) =>
    lint(
      { registry, scope, fromVersion: undefined },
      { proxies: syntheticProxies(scope, 'mesh'), severities: new Map() },
    ).length,
}

/** A text as it comes from a file, in one piece. */
const flat = (text: string): string => Buffer.from(text).toString('utf8')

/** A mesh in one file or in one per object, in which one entry after the other gets a new host. */
class ChangingMesh {
  readonly #documents: string[]
  readonly #isOneFile: boolean
  readonly #files: SourceFile[]
  #changes = 0
  host = ''

  constructor(entries: number, isOneFile: boolean) {
    this.#documents = meshDocuments(entries)
    this.#isOneFile = isOneFile
    this.#files = this.#documents.map((text, index) => ({ name: `${index}.yaml`, text: flat(text) }))
  }

  get bytes(): number {
    return this.#documents.reduce((sum, { length }) => sum + length, 0)
  }

  get files(): readonly SourceFile[] {
    if (!this.#isOneFile) return [...this.#files]
    return [{ name: 'mesh.yaml', text: flat(this.#documents.join('---\n')) }]
  }

  /** Changes another entry, all over the mesh. */
  change(entries: number): void {
    const index = 1 + ((this.#changes++ * 7919) % entries)
    this.host = `moved-${this.#changes}.example.com`
    const text = (this.#documents[index] ?? '').replace(/- [\w-]+\.example\.com/, `- ${this.host}`)
    this.#documents[index] = text
    this.#files[index] = { name: `${index}.yaml`, text: flat(text) }
  }
}

function meshOf(files: readonly SourceFile[], memory: Memory | undefined): Mesh {
  return computeMesh(buildSnapshot(parseManifests(files, '', memory).documents, { memory }))
}

/** CPU in milliseconds. */
function cpuOf(compute: () => unknown): number {
  const before = process.cpuUsage()
  compute()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The cheapest change of each type of entry, on average over the types. */
function costOf(entries: number, isOneFile: boolean, memory: Memory | undefined, ask: Ask): number {
  const mesh = new ChangingMesh(entries, isOneFile)
  ask(meshOf(mesh.files, memory), '')
  const lowest = Array.from({ length: TYPES }, () => Number.POSITIVE_INFINITY)
  for (let change = 0; change < WARM_UP + CHANGES_OF_TYPE * TYPES; change++) {
    mesh.change(entries)
    const { files } = mesh
    const cost = cpuOf(() => ask(meshOf(files, memory), mesh.host))
    const type = change % TYPES
    if (change >= WARM_UP) lowest[type] = Math.min(lowest[type] ?? cost, cost)
  }
  return lowest.reduce((sum, cost) => sum + cost, 0) / TYPES
}

const [size, files] = process.argv.slice(2)
const entries = Number(size)
const isOneFile = files === 'one'
fitHeap(new ChangingMesh(entries, isOneFile).bytes)
const results = Object.entries(ANSWERS).map(
  ([answer, ask]): Following => ({
    answer,
    scratch: costOf(entries, isOneFile, undefined, ask),
    kept: costOf(entries, isOneFile, new Memory(), ask),
  }),
)
process.stdout.write(JSON.stringify(results))
