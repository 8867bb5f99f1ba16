/** Runs the stages once over a mesh of one shape and size, in a process of its own, and prints what each took as JSON. */
import { optimizeLater } from '../../src/compiler.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { nameTableMessage } from '../../src/dns/name-table.ts'
import { planOutboundListeners } from '../../src/envoy/listeners/index.ts'
import { streamEnvoyResources } from '../../src/envoy/stream.ts'
import { danglingReferences } from '../../src/findings/dangling/index.ts'
import { lint, syntheticProxies } from '../../src/findings/lint/index.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { jsonChunks } from '../../src/render/json.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { allocationMessage } from '../../src/views/allocation.ts'
import { streamedMessages } from '../../src/views/envoy.ts'
import { type Shape, shapeText } from './shapes.ts'

/** What one stage cost. */
export interface Measurement {
  readonly stage: string
  /** CPU and wall time in milliseconds. */
  readonly cpu: number
  readonly wall: number
  /** Bytes read, or objects handled. */
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

class Stages {
  readonly measurements: Measurement[] = []

  /** Lets go of what the stage before left on the stack, as the commands do, and times a stage. */
  async run<T>(stage: string, amount: number, unit: Measurement['unit'], compute: () => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve))
    const cpu = process.cpuUsage()
    const start = performance.now()
    const result = compute()
    const wall = performance.now() - start
    const { user, system } = process.cpuUsage(cpu)
    const peak = process.resourceUsage().maxRSS * 1024
    this.measurements.push({ stage, cpu: (user + system) / 1000, wall, amount, unit, peak })
    return result
  }
}

/** Walks through everything and keeps nothing. */
function drain(items: Iterable<unknown>): void {
  for (const _ of items);
}

const write = (value: unknown): void => drain(jsonChunks(value))

async function load(stages: Stages, shape: Shape, size: number): Promise<{ snapshot: Snapshot; bytes: number }> {
  const text = shapeText(shape, size)
  const bytes = Buffer.byteLength(text)
  const { documents } = await stages.run('parse', bytes, 'bytes', () => parseDocuments({ name: 'mesh.yaml', text }, ''))
  const snapshot = await stages.run('snapshot', documents.length, 'objects', () => buildSnapshot(documents))
  return { snapshot, bytes }
}

async function names(stages: Stages, mesh: Mesh, view: ProxyView): Promise<void> {
  const count = mesh.registry.services.length
  const table = await stages.run('name table', count, 'objects', () => computeNameTable(view))
  const lookup = await stages.run('lookup table', count, 'objects', () => new LookupTable(table, view.proxy))
  const hosts = view.services.map(({ hostname }) => hostname)
  await stages.run('lookups', hosts.length, 'objects', () => {
    for (const host of hosts) lookup.lookup(host, 'A')
  })
  await stages.run('allocation, NDS as JSON', count, 'objects', () => {
    write({ allocation: allocationMessage(mesh.registry), nds: nameTableMessage(table) })
  })
}

async function envoy(stages: Stages, view: ProxyView): Promise<void> {
  const count = view.services.length
  await stages.run('dangling references', count, 'objects', () => danglingReferences(view))
  await stages.run('listeners, decided', count, 'objects', () => planOutboundListeners(view))
  const stream = streamEnvoyResources(view)
  for (const kind of ['listeners', 'clusters', 'endpoints', 'routes'] as const) {
    await stages.run(kind, count, 'objects', () => drain(stream[kind]()))
  }
  const messages = streamedMessages(stream)
  await stages.run('all of these, as JSON', count, 'objects', () => write(messages))
}

async function measure(shape: Shape, size: number): Promise<Result> {
  const stages = new Stages()
  const { snapshot, bytes } = await load(stages, shape, size)
  const mesh = await stages.run('registry, allocation', size, 'objects', () => computeMesh(snapshot))
  const node = syntheticNode('team-1', snapshot)
  const view = await stages.run('scope', size, 'objects', () => computeProxyView(mesh, node))
  await names(stages, mesh, view)
  await envoy(stages, view)
  const facts = { registry: mesh.registry, scope: mesh.scope, fromVersion: undefined }
  const proxies = syntheticProxies(mesh.scope, 'mesh')
  await stages.run('lint', size, 'objects', () => lint(facts, { proxies, severities: new Map() }))
  return { shape, size, bytes, measurements: stages.measurements }
}

optimizeLater()
const [shape, size] = process.argv.slice(2) as [Shape, string]
process.stdout.write(JSON.stringify(await measure(shape, Number(size))))
