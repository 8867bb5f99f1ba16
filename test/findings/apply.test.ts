import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../src/findings/fixes/apply.ts'
import { type Change, changeSet, type Edit } from '../../src/findings/fixes/change.ts'
import type { Resource } from '../../src/kinds/resource.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import { entry, meshOf, service, slice } from '../support/mesh.ts'

const ENTRY = '  hosts: [a.example.com]\n  ports: [{number: 80, name: http, protocol: HTTP}]\n  resolution: DNS'
const VIRTUAL_SERVICE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: default}
spec:
  hosts: [web]
  http: [{route: [{destination: {host: web}}]}]
---`

const apply = (snapshot: Snapshot, changes: readonly Change[]): Snapshot | undefined =>
  applyChanges(snapshot, changeSet(changes))

const edit = (resource: Resource | undefined, ...edits: readonly Edit[]): Change => {
  if (!resource) throw new Error('nothing to edit')
  return { kind: 'edit', resource, edits }
}

describe('a changed snapshot', () => {
  it('has edited objects of every kind in their places', () => {
    const { snapshot } = meshOf(
      [service('web', '10.96.0.1'), service('api', '10.96.0.2'), VIRTUAL_SERVICE, entry('a', ENTRY)].join(''),
    )
    const [web] = snapshot.clusters[0].services
    const [virtualService] = snapshot.istio.virtualServices
    const [a] = snapshot.istio.serviceEntries
    const after = apply(snapshot, [
      edit(web, { path: ['spec', 'ports', 0, 'name'], value: 'tcp' }),
      edit(virtualService, { path: ['spec', 'http', 0, 'route', 0, 'destination', 'host'], value: 'api' }),
      edit(a, { path: ['spec', 'resolution'], remove: true }),
    ])
    expect(after?.clusters[0].services.map(({ meta, spec }) => [meta.name, spec.ports[0]?.name])).toEqual([
      ['web', 'tcp'],
      ['api', 'http'],
    ])
    expect(after?.istio.virtualServices[0]?.spec.http[0]?.route[0]?.destination?.host).toBe('api')
    expect(after?.istio.serviceEntries[0]?.spec.resolution).toBe('NONE')
    expect(web?.spec.ports[0]?.name).toBe('http')
    expect(a?.spec.resolution).toBe('DNS')
  })

  it('lacks objects that go', () => {
    const { snapshot } = meshOf([entry('a', ENTRY), entry('b', ENTRY)].join(''))
    const [a] = snapshot.istio.serviceEntries
    if (!a) throw new Error('no entry')
    const after = apply(snapshot, [
      { kind: 'remove', resource: a },
      edit(a, { path: ['spec', 'hosts'], value: ['b.c'] }),
    ])
    expect(after?.istio.serviceEntries.map(({ meta }) => meta.name)).toEqual(['b'])
  })

  it('has objects that istiod rejected before, where they are written', () => {
    const { snapshot } = meshOf(
      [entry('a', ENTRY), entry('b', ENTRY.replace('http,', '1,')), entry('c', ENTRY)].join(''),
    )
    const [verdict] = snapshot.verdicts
    expect(snapshot.istio.serviceEntries).toHaveLength(2)
    const after = apply(snapshot, [edit(verdict?.resource, { path: ['spec', 'ports', 0, 'name'], value: '1' })])
    expect(after?.istio.serviceEntries.map(({ meta }) => meta.name)).toEqual(['a', 'b', 'c'])
    expect(after?.verdicts).toEqual([])
  })

  it('is none when istiod would reject an object', () => {
    const { snapshot } = meshOf(entry('a', ENTRY))
    const [a] = snapshot.istio.serviceEntries
    expect(apply(snapshot, [edit(a, { path: ['spec', 'hosts'], value: [] })])).toBeUndefined()
    expect(apply(snapshot, [edit(a, { path: ['spec', 'hosts'], value: { x: 1 } })])).toBeUndefined()
  })

  it('is none when two objects would have one name', () => {
    const { snapshot } = meshOf([entry('a', ENTRY), entry('b', ENTRY)].join(''))
    const [a] = snapshot.istio.serviceEntries
    expect(apply(snapshot, [edit(a, { path: ['metadata', 'name'], value: 'b' })])).toBeUndefined()
    expect(apply(snapshot, [edit(a, { path: ['metadata', 'name'], value: 'c' })])).toBeDefined()
  })

  it('is none for kinds that decide how others are read', () => {
    const { snapshot } = meshOf([service('web', 'None'), slice('web', ['10.0.0.1'])].join(''))
    const [endpoints] = snapshot.clusters[0].endpointSlices
    expect(apply(snapshot, [edit(endpoints, { path: ['addressType'], value: 'IPv6' })])).toBeUndefined()
  })

  it('reads nothing otherwise any more that is written anew', () => {
    const { snapshot } = meshOf(entry('a', ENTRY.replace('number: 80', 'number: 0120')))
    const [surprise] = snapshot.yamlSurprises
    expect(surprise).toMatchObject({ written: '0120', path: ['spec', 'ports', 0, 'number'] })
    const other = apply(snapshot, [edit(surprise?.resource, { path: ['spec', 'hosts', 0], value: 'x.y' })])
    expect(other?.yamlSurprises.map(({ resource }) => resource)).toEqual(other?.istio.serviceEntries)
    const after = apply(snapshot, [edit(surprise?.resource, { path: ['spec', 'ports', 0, 'number'], value: 120 })])
    expect(after?.yamlSurprises).toEqual([])
  })
})
