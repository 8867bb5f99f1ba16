/** Runs the stages once over a mesh of one size, in a process of its own, and prints what each took as JSON. */
import { optimizeLater } from '../../src/compiler.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { nameTableMessage } from '../../src/dns/name-table.ts'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { computeMesh, computeNameTable, computeProxyView } from '../../src/pipeline.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { allocationMessage } from '../../src/views/allocation.ts'
import { messagesOf } from '../../src/views/envoy.ts'
import { meshText } from './mesh.ts'

/** What one stage cost. */
export interface Measurement {
  readonly stage: string
  /** CPU and wall time in milliseconds. */
  readonly cpu: number
  readonly wall: number
  /** Bytes read, or objects handled. */
  readonly amount: number
  readonly unit: 'bytes' | 'objects'
}

export interface Result {
  readonly entries: number
  readonly bytes: number
  readonly measurements: readonly Measurement[]
  /** Peak memory of the process in bytes. */
  readonly peak: number
}

function measure(entries: number): Result {
  const text = meshText(entries)
  const objects = entries + Math.floor(entries / 5)
  const measurements: Measurement[] = []
  const stage = <T>(name: string, amount: number, unit: Measurement['unit'], run: () => T): T => {
    const cpu = process.cpuUsage()
    const start = performance.now()
    const result = run()
    const used = process.cpuUsage(cpu)
    measurements.push({
      stage: name,
      cpu: (used.user + used.system) / 1000,
      wall: performance.now() - start,
      amount,
      unit,
    })
    return result
  }

  const bytes = Buffer.byteLength(text)
  const load = (): Snapshot => {
    const { documents } = stage('parse', bytes, 'bytes', () => parseDocuments({ name: 'mesh.yaml', text }, ''))
    return stage('snapshot', objects, 'objects', () => buildSnapshot(documents))
  }
  const snapshot = load()
  const mesh = stage('registry, allocation', objects, 'objects', () => computeMesh(snapshot))
  const node = syntheticNode('team-1', snapshot)
  const view = stage('scope', objects, 'objects', () => computeProxyView(mesh, node))
  const table = stage('name table', objects, 'objects', () => computeNameTable(view))
  const lookup = stage('lookup table', objects, 'objects', () => new LookupTable(table, view.proxy))
  stage('lookups', entries, 'objects', () => {
    for (let index = 0; index < entries; index++) lookup.lookup(`host-${index}.example.com`, 'A')
  })
  stage('allocation, NDS as JSON', objects, 'objects', () =>
    JSON.stringify([allocationMessage(mesh.registry), nameTableMessage(table)]),
  )
  const envoy = buildEnvoyResources(view)
  stage('listeners', objects, 'objects', () => envoy.listeners)
  stage('clusters', objects, 'objects', () => envoy.clusters)
  stage('endpoints', objects, 'objects', () => envoy.endpoints)
  stage('routes', objects, 'objects', () => envoy.routes)
  const messages = messagesOf(envoy)
  for (const kind of ['lds', 'cds', 'eds', 'rds'] as const) {
    stage(`${kind} as JSON`, objects, 'objects', () => {
      for (const resource of messages[kind]) JSON.stringify(resource)
    })
  }
  return { entries, bytes, measurements, peak: process.resourceUsage().maxRSS * 1024 }
}

optimizeLater()
process.stdout.write(JSON.stringify(measure(Number(process.argv[2]))))
