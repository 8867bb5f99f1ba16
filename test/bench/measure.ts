/** Runs the stages once on a mesh of one shape and size, in a separate process, and prints the cost of each as JSON. */

import { allocationMessage } from '../../src/answers/allocation/message.ts'
import { streamedMessages } from '../../src/answers/dump/resources.ts'
import { fitHeap, startSmall } from '../../src/compiler.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { nameTableMessage } from '../../src/dns/name-table.ts'
import { planSidecar } from '../../src/envoy/listeners/index.ts'
import { streamEnvoyResources } from '../../src/envoy/stream.ts'
import { reachOf } from '../../src/findings/conflicts/index.ts'
import { lint, syntheticProxies } from '../../src/findings/lint/index.ts'
import { unresolvedReferences } from '../../src/findings/unresolved/index.ts'
import { jsonChunks } from '../../src/formats/json.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { type Shape, shapeText } from './shapes.ts'

/** The cost of one stage. */
export interface Measurement {
  readonly stage: string
  /** CPU and wall time in milliseconds. */
  readonly cpu: number
  readonly wall: number
  /** Bytes read, or objects processed. */
  readonly amount: number
  readonly unit: 'bytes' | 'objects'
  /** Peak memory of the process so far, in bytes. */
  readonly peak: number
}

export interface Result {
  readonly shape: Shape
  readonly size: number
  readonly bytes: number
  readonly measurements: readonly Measurement[]
}

/**
 * A stage shorter than this many milliseconds is run again, because a single run varies. Nearly all are shorter, even
 * with 100,000 objects: the best of three would not be comparable with a single run.
 */
const SHORT = 3000
const REPETITIONS = 3

type Cost = Pick<Measurement, 'cpu' | 'wall'>

/** So that the garbage of earlier stages is not part of this one's cost. */
function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('run with --expose-gc')
  globalThis.gc()
}

async function timed<T>(compute: () => T): Promise<{ readonly result: T; readonly cost: Cost }> {
  // Releases what the previous run left on the stack, as the commands do.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  const cpu = process.cpuUsage()
  const start = performance.now()
  const result = compute()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { result, cost: { cpu: (user + system) / 1000, wall } }
}

class Stages {
  readonly measurements: Measurement[] = []

  /**
   * Times a stage. Of the runs of a short one the cheapest counts.
   * @param prepare makes what the stage works on, anew for each run: nothing that one run keeps helps the next
   */
  async run<I, T>(
    stage: string,
    { amount, unit }: Pick<Measurement, 'amount' | 'unit'>,
    prepare: () => I,
    compute: (input: I) => T,
  ): Promise<T> {
    const attempt = () => {
      const input = prepare()
      return timed(() => compute(input))
    }
    let { result, cost } = await attempt()
    for (let run = 1; run < REPETITIONS && cost.cpu < SHORT; run++) {
      const again = await attempt()
      result = again.result
      if (again.cost.cpu < cost.cpu) cost = again.cost
    }
    const peak = process.resourceUsage().maxRSS * 1024
    this.measurements.push({ stage, ...cost, amount, unit, peak })
    return result
  }
}

const bytesOf = (amount: number) => ({ amount, unit: 'bytes' }) as const
const objects = (amount: number) => ({ amount, unit: 'objects' }) as const

/** Iterates without keeping anything. */
function drain(items: Iterable<unknown>): void {
  for (const _ of items);
}

const write = (value: unknown): void => drain(jsonChunks(value))

async function load(stages: Stages, shape: Shape, size: number): Promise<{ snapshot: Snapshot; bytes: number }> {
  const text = shapeText(shape, size)
  const bytes = Buffer.byteLength(text)
  fitHeap(bytes)
  const parse = () => parseDocuments({ name: 'mesh.yaml', text }, '').documents
  const documents = await stages.run('parse', bytesOf(bytes), () => undefined, parse)
  const read = () => documents
  const snapshot = await stages.run('snapshot', objects(documents.length), read, (all) => buildSnapshot(all))
  return { snapshot, bytes }
}

/** A mesh and a proxy's view of it, in which nothing is computed yet. */
interface Fresh {
  readonly mesh: Mesh
  readonly view: ProxyView
}

async function names(stages: Stages, fresh: () => Fresh): Promise<void> {
  const { mesh, view } = fresh()
  const count = objects(view.services.length)
  const table = await stages.run('name table', count, fresh, (of) => computeNameTable(of.view))
  const lookupTable = () => new LookupTable(table, view)
  await stages.run('lookup table', count, () => undefined, lookupTable)
  await stages.run('lookups', count, lookupTable, (lookup) => {
    for (const { hostname } of view.services) lookup.lookup(hostname, 'A')
  })
  const written = () => write({ allocation: allocationMessage(mesh.registry), nds: nameTableMessage(table) })
  await stages.run('allocation, NDS as JSON', count, () => undefined, written)
}

/** Each kind with the kind that must be iterated before it, because it refers to it. */
const KINDS = [
  ['listeners', undefined],
  ['clusters', undefined],
  ['endpoints', 'clusters'],
  ['routes', 'listeners'],
] as const

async function envoy(stages: Stages, services: number, fresh: () => Fresh): Promise<void> {
  const count = objects(services)
  await stages.run('dangling references', count, fresh, ({ view }) => unresolvedReferences(view))
  await stages.run('listeners, decided', count, fresh, ({ view }) => planSidecar(view))
  await stages.run('what is reached', count, fresh, ({ view }) => reachOf(view))
  for (const [kind, before] of KINDS) {
    function prepared() {
      const stream = streamEnvoyResources(fresh().view)
      if (before) drain(stream[before]())
      return stream
    }
    await stages.run(kind, count, prepared, (stream) => drain(stream[kind]()))
  }
  const messages = () => streamedMessages(streamEnvoyResources(fresh().view))
  await stages.run('all of these, as JSON', count, messages, write)
}

async function measure(shape: Shape, size: number): Promise<Result> {
  const stages = new Stages()
  const { snapshot, bytes } = await load(stages, shape, size)
  const count = objects(size)
  const node = syntheticNode('team-1', snapshot)
  const mesh = () => computeMesh(snapshot)
  function fresh(): Fresh {
    const made = mesh()
    return { mesh: made, view: computeProxyView(made, node) }
  }
  await stages.run('registry, allocation', count, () => undefined, mesh)
  const { services } = await stages.run('scope', count, mesh, (made) => computeProxyView(made, node))
  await names(stages, fresh)
  await envoy(stages, services.length, fresh)
  await stages.run('lint', count, mesh, ({ registry, scope }) =>
    lint(
      { registry, scope, fromVersion: undefined },
      { proxies: syntheticProxies(scope, 'mesh'), severities: new Map() },
    ),
  )
  return { shape, size, bytes, measurements: stages.measurements }
}

startSmall()
const [shape, size] = process.argv.slice(2) as [Shape, string]
process.stdout.write(JSON.stringify(await measure(shape, Number(size))))
