/** `resource.states`: whether a field is written, whatever its value. */
import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../src/findings/fixes/apply.ts'
import { changeSet, type Edit } from '../../src/findings/fixes/change.ts'
import { liveDocument } from '../../src/input/live/document.ts'
import type { ServiceEntryResource } from '../../src/kinds/index.ts'
import { SERVICE_ENTRY } from '../../src/kinds/istio/service-entry.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import { withJoins } from '../../src/resources/intake/join.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { entry, join, snapshotOf } from '../resources/snapshots.ts'

const first = <R>([resource]: readonly R[]): R => {
  if (!resource) throw new Error('no object')
  return resource
}
const entryOf = (snapshot: Snapshot): ServiceEntryResource => first(snapshot.istio.serviceEntries)
const entryWith = (more: string): ServiceEntryResource => entryOf(snapshotOf(entry('db', more)))

describe('a field of the spec', () => {
  it('is stated or not, where both mean the same', () => {
    const without = entryWith('')
    const stating = entryWith('  location: MESH_EXTERNAL')
    expect(without.spec.location).toBe(stating.spec.location)
    expect(without.states('spec', 'location')).toBe(false)
    expect(stating.states('spec', 'location')).toBe(true)
  })

  it('is stated when it is empty, and not when it is null', () => {
    expect(entryWith('  addresses: []').states('spec', 'addresses')).toBe(true)
    expect(entryWith('  addresses: null').states('spec', 'addresses')).toBe(false)
    expect(entryWith('  addresses:').states('spec', 'addresses')).toBe(false)
  })

  it('is stated in either spelling of its name', () => {
    const snake = entryWith('  subject_alt_names: [a]\n  endpoints: [{address: 1.2.3.4, service_account: a}]')
    expect(snake.states('spec', 'subjectAltNames')).toBe(true)
    expect(snake.states('spec', 'endpoints', 0, 'serviceAccount')).toBe(true)
    expect(snake.states('spec', 'workloadSelector')).toBe(false)
  })

  it('has the path that is written', () => {
    const snake = entryWith('  export_to: ["."]\n  endpoints: [{address: 1.2.3.4, service_account: a}]')
    expect(snake.written(['spec', 'exportTo'])).toEqual(['spec', 'export_to'])
    expect(snake.written(['spec', 'endpoints', 0, 'serviceAccount'])).toEqual([
      'spec',
      'endpoints',
      0,
      'service_account',
    ])
    expect(snake.written(['spec', 'subjectAltNames'])).toEqual(['spec', 'subjectAltNames'])
    const both = entryWith('  export_to: ["."]\n  exportTo: ["*"]')
    expect(both.written(['spec', 'exportTo', 0])).toEqual(['spec', 'exportTo', 0])
  })

  it('is looked for in items of lists', () => {
    const two = entryWith('  endpoints: [{address: 1.2.3.4, weight: 0}, {address: 1.2.3.5}]')
    expect([0, 1, 2].map((index) => two.states('spec', 'endpoints', index, 'weight'))).toEqual([true, false, false])
    expect(two.states('spec', 'endpoints', 1)).toBe(true)
  })

  it('is not taken for another key of a map', () => {
    const labelled = entryWith('  endpoints: [{address: 1.2.3.4, labels: {my_label: a}}]')
    expect(labelled.states('spec', 'endpoints', 0, 'labels', 'my_label')).toBe(true)
    expect(labelled.states('spec', 'endpoints', 0, 'labels', 'myLabel')).toBe(false)
  })

  it('may come from a merge key', () => {
    const merged = entryOf(
      snapshotOf(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db}
spec:
  <<: {location: MESH_INTERNAL}
  hosts: [db.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
`),
    )
    expect(merged.states('spec', 'location')).toBe(true)
  })

  it('must exist', () => {
    const db = entryWith('')
    // @ts-expect-error ServiceEntries have no such field
    expect(() => db.states('spec', 'loction')).toThrow('ServiceEntry has no field loction')
    expect(() => db.states('spec', 'ports', 0, 'portNumber')).toThrow('ServicePort has no field portNumber')
  })
})

describe('objects', () => {
  it('of one document are told apart', () => {
    const { istio } = snapshotOf(`
apiVersion: networking.istio.io/v1
kind: List
items:
- kind: ServiceEntry
  apiVersion: networking.istio.io/v1
  metadata: {name: a}
  spec: {hosts: [a.com], location: MESH_EXTERNAL}
- kind: ServiceEntry
  apiVersion: networking.istio.io/v1
  metadata: {name: b}
  spec: {hosts: [b.com]}
`)
    expect(istio.serviceEntries.map((each) => each.states('spec', 'location'))).toEqual([true, false])
  })

  it('state metadata and status as they are', () => {
    const db = entryOf(
      snapshotOf(entry('db', 'status: {addresses: []}').replace('name: db', 'name: db, labels: {a: b}')),
    )
    expect(db.states('metadata', 'labels', 'a')).toBe(true)
    expect(db.states('metadata', 'namespace')).toBe(false)
    expect(db.states('status', 'addresses')).toBe(true)
    expect(db.states('status', 'conditions')).toBe(false)
  })

  it('without a spec have its fields themselves', () => {
    const slice = first(
      snapshotOf(`
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a}
addressType: IPv4
endpoints: []
`).clusters[0].endpointSlices,
    )
    expect(slice.states('spec', 'endpoints')).toBe(true)
    expect(slice.states('spec', 'ports')).toBe(false)
  })

  it('of a cluster are asked like those of files', () => {
    const value = {
      metadata: { name: 'db', namespace: 'shop' },
      spec: {
        hosts: ['db.example.com'],
        location: 'MESH_EXTERNAL',
        ports: [{ number: 80, name: 'a', protocol: 'TCP' }],
      },
    }
    const apiVersion = 'networking.istio.io/v1'
    const document = liveDocument(value, {
      context: 'c',
      cluster: '',
      kind: SERVICE_ENTRY,
      apiVersion,
      keepsApplied: false,
    })
    if (!document) throw new Error('no document')
    const db = entryOf(buildSnapshot([document]))
    expect(db.states('spec', 'location')).toBe(true)
    expect(db.states('spec', 'resolution')).toBe(false)
  })
})

describe('an object that is not what its text says', () => {
  const edited = (entry: ServiceEntryResource, snapshot: Snapshot, edit: Edit): ServiceEntryResource => {
    const after = applyChanges(snapshot, changeSet([{ kind: 'edit', resource: entry, edits: [edit] }]))
    if (!after) throw new Error('not changed')
    return entryOf(after)
  }

  it('states what a fix writes into it, and not what it takes away', () => {
    const snapshot = snapshotOf(entry('db', '  exportTo: ["."]'))
    const db = entryOf(snapshot)
    const located = edited(db, snapshot, { path: ['spec', 'location'], value: 'MESH_EXTERNAL' })
    const open = edited(db, snapshot, { path: ['spec', 'exportTo'], remove: true })
    expect([db, located, open].map((each) => each.states('spec', 'location'))).toEqual([false, true, false])
    expect([db, located, open].map((each) => each.states('spec', 'exportTo'))).toEqual([true, true, false])
  })

  it('states what a file over the mesh leaves of it', () => {
    const service = (spec: string) => `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {${spec}}}`
    const parse = (text: string) => parseDocuments({ name: 'a.yaml', text }, '').documents
    const over = parse(service('ports: [{port: 80}]'))
    const { clusters } = buildSnapshot(parse(service('clusterIP: 10.0.0.1, type: ClusterIP, ports: [{port: 1}]')), {
      over,
    })
    const web = first(clusters[0].services)
    expect(web.states('spec', 'clusterIP')).toBe(true)
    expect(web.states('spec', 'type')).toBe(false)
  })

  it('states nothing when nobody wrote it', () => {
    const endpoints = `
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 1.2.3.4}], ports: [{port: 80}]}]
`
    const service = '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}'
    const slice = first(snapshotOf(join(endpoints, service)).clusters[0].endpointSlices)
    expect(slice.states('spec', 'ports')).toBe(false)

    const group = `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vms, namespace: default}
spec: {template: {network: a}}
`
    const joined = withJoins(snapshotOf(group), [{ namespace: 'default', group: 'vms', ip: '1.2.3.4' }])
    const machine = first(joined.istio.workloadEntries)
    expect(machine.spec.network).toBe('a')
    expect(machine.states('spec', 'network')).toBe(false)
  })
})
