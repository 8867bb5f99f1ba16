import { describe, expect, it } from 'vitest'
import { service, viewOf } from '../support/mesh.ts'

const virtualService = (name: string, spec: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec: ${spec}
---`

/** The matches of a sidecar for a route that a root VirtualService delegates; undefined if the route is dropped. */
function matchesOf(root: string, leaf: string) {
  const mesh =
    service('web', '10.96.0.1') +
    virtualService('root', `{hosts: [web], http: [{match: [${root}], delegate: {name: leaf}}]}`) +
    virtualService('leaf', `{http: [{match: [${leaf}], route: [{destination: {host: web}}]}]}`)
  const [listener] = viewOf(mesh).egressListeners
  return listener?.virtualServices.flatMap(({ http }) => http)[0]?.match
}

const prefix = (text: string) => `{uri: {prefix: ${text}}}`

describe('the matches of a delegate', () => {
  it.each([
    ['/api', prefix('/api/v1'), '/api/v1'],
    ['/api', '{uri: {exact: /api/list}}', '/api/list'],
    ['/api', '{headers: {x: {exact: a}}}', '/api'],
  ])('below %s keep %s', (root, leaf, uri) => {
    const [match, ...more] = matchesOf(prefix(root), leaf) ?? []
    expect(more).toEqual([])
    expect(match?.uri?.prefix ?? match?.uri?.exact).toBe(uri)
  })

  it.each([
    [prefix('/api'), prefix('/other')],
    [prefix('/api'), '{uri: {exact: /other}}'],
    ['{uri: {exact: /api}}', '{uri: {exact: /other}}'],
    ['{uri: {exact: /api}}', prefix('/api')],
    ['{uri: {regex: /a.*}}', prefix('/api')],
    ['{headers: {x: {exact: a}}}', '{headers: {x: {exact: b}}}'],
    ['{port: 80}', '{port: 81}'],
  ])('of %s drop the route for %s', (root, leaf) => {
    expect(matchesOf(root, leaf)).toBeUndefined()
  })

  it('are joined with those of the root', () => {
    const [match] = matchesOf('{headers: {x: {exact: a}}}', '{headers: {z: {exact: b}}}') ?? []
    expect([...(match?.headers.keys() ?? [])].sort()).toEqual(['x', 'z'])
  })
})

it('combine to a million matches at most, so that a small file cannot fill the memory', () => {
  const matches = (header: string, count: number) =>
    Array.from({ length: count }, (_, at) => `{headers: {${header}: {exact: "${at}"}}}`).join(', ')
  expect(() => matchesOf(matches('x', 1001), matches('y', 1000))).toThrow(/combine to more than the limit of 1,000,000/)
})
