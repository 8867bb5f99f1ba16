import { describe, expect, it } from 'vitest'
import { entry, pod, service, slice } from '../../support/mesh.ts'
import { database, meshEffects, proxyEffects, said, saidOfMesh } from './say.ts'

const OLD = '2024-01-01T00:00:00Z'
const OLDER = '2023-01-01T00:00:00Z'
const WITHOUT_CAPTURE = { metadata: { DNS_CAPTURE: '' } }

describe('addresses of hosts', () => {
  it('come, and name their former owner', () => {
    expect(saidOfMesh('', database('db'))).toEqual(['vip-new: db.example.com gets the VIPs 240.240.0.1 and 2001:2::1'])
  })
  it('move when an older entry takes them', () => {
    expect(saidOfMesh(database('db', '', OLD), database('db', '', OLD) + database('app', '', OLDER))).toEqual([
      'vip-change: db.example.com moves from 240.240.0.1 and 2001:2::1 to 240.240.0.2 and 2001:2::2; app.example.com has 240.240.0.1 and 2001:2::1 now',
      'vip-change: app.example.com gets the VIPs 240.240.0.1 and 2001:2::1, which db.example.com had',
    ])
  })
  it('go with their entry', () => {
    expect(saidOfMesh(database('db') + database('app'), database('db'))).toEqual([
      'vip-change: db.example.com moves from 240.240.0.2 and 2001:2::2 to 240.240.0.1 and 2001:2::1, which app.example.com had',
      'vip-gone: app.example.com loses the VIPs 240.240.0.1 and 2001:2::1; db.example.com has them now',
    ])
  })
  it('are replaced by those that an entry states', () => {
    expect(saidOfMesh(database('db'), database('db', 'addresses: [10.9.9.9]'))).toEqual([
      'vip-change: db.example.com moves from 240.240.0.1 and 2001:2::1 to 10.9.9.9',
    ])
  })
  it('go with the reason if the host stays', () => {
    expect(saidOfMesh(database('db'), database('db').replace('DNS', 'NONE'))).toEqual([
      'vip-gone: db.example.com loses the VIPs 240.240.0.1 and 2001:2::1: resolution is NONE, which keeps the address that the client dialled',
    ])
  })
  it('do not change when only the text moves', () => {
    expect(saidOfMesh(database('db'), `# a comment\n${database('db')}`)).toEqual([])
  })
  it('carry the entries of both sides', () => {
    const [effect] = meshEffects(database('db'), database('db', 'addresses: [10.9.9.9]'))
    expect(effect?.before).toBe('240.240.0.1, 2001:2::1')
    expect(effect?.after).toBe('10.9.9.9')
    expect(effect?.sources.before.map(({ what, location }) => `${what} ${location}`)).toEqual([
      'ServiceEntry default/db mesh.yaml:6:11',
    ])
    expect(effect?.sources.after.map(({ what, location }) => `${what} ${location}`)).toEqual([
      'ServiceEntry default/db mesh.yaml:6:11',
    ])
  })
})

describe('DNS answers', () => {
  it('of a new host', () => {
    expect(said('', database('db')).filter((line) => line.startsWith('dns'))).toEqual([
      'dns-change: db.example.com resolves to 240.240.0.1 (before: by the upstream resolver)',
    ])
  })
  it('of a host that a wildcard answers afterwards', () => {
    const wildcard = entry(
      'any',
      '  hosts: ["*.example.com"]\n  addresses: [10.9.9.9]\n  resolution: NONE\n  ports: [{number: 80, name: http, protocol: HTTP}]',
    )
    expect(said(wildcard + database('db'), wildcard).filter((line) => line.startsWith('dns'))).toEqual([
      'dns-change: db.example.com resolves to 10.9.9.9 (before: 240.240.0.1)',
    ])
  })
  it('of a Service, under all of its names at once', () => {
    expect(
      said(service('web', '10.96.0.1'), service('web', '10.96.0.2')).filter((line) => line.startsWith('dns')),
    ).toEqual(['dns-change: web.default resolves to 10.96.0.2 (before: 10.96.0.1)'])
  })
  it('of short names that another host takes', () => {
    const web = service('web', '10.96.0.1', 'shop')
    const other = entry(
      'other',
      '  hosts: ["web.shop"]\n  addresses: [10.9.9.9]\n  resolution: STATIC\n  endpoints: [{address: 10.1.1.1}]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
    )
    expect(said(web, web + other).filter((line) => line.startsWith('dns'))).toEqual([
      'dns-change: web.shop resolves to 10.9.9.9 (before: 10.96.0.1)',
    ])
  })
  it('of a headless Service and its pods', () => {
    const headless = service('db', 'None', 'default', '  selector: {app: db}')
    const [one, two] = [pod('db-0', '10.1.0.1', '{app: db}'), pod('db-1', '10.1.0.2', '{app: db}')]
    const before = headless + one + two + slice('db', ['10.1.0.1', '10.1.0.2'])
    const after = headless + one + two + slice('db', ['10.1.0.1'])
    expect(said(before, after).filter((line) => line.startsWith('dns'))).toEqual([
      'dns-change: db.default resolves to 10.1.0.1 (before: 10.1.0.1 and 10.1.0.2)',
    ])
  })
  it('reach nobody without DNS capture', () => {
    const effects = proxyEffects('', database('db'), WITHOUT_CAPTURE)
    expect(effects.filter(({ kind }) => kind === 'dns-change')).toEqual([])
  })
  it('appear when DNS capture is turned on', () => {
    expect(said(database('db'), database('db'), WITHOUT_CAPTURE, { nodeAfter: {} })).toEqual([
      'dns-change: DNS queries are answered by the proxy (before: by the upstream resolver)',
      'dns-change: db.example.com resolves to 240.240.0.1 (before: by the upstream resolver)',
      'listener-won: db.example.com:3306 is reached on 240.240.0.1_3306 (before: 0.0.0.0_3306)',
    ])
  })
})

describe('findings', () => {
  it('come and go', () => {
    expect(
      saidOfMesh(database('db'), database('db') + database('app'), true).filter((line) => line.startsWith('finding')),
    ).toEqual([
      'finding-new: ServiceEntry default/db: error: db.example.com:3306 gets no connections: listener 0.0.0.0_3306 leads to app.example.com:3306 of ServiceEntry default/app, the first by name (order assumed: creation times are missing or equal; in a cluster the oldest one has it) (tcp-port-conflict)',
      'finding-gone: ServiceEntry default/db: info: db.example.com:3306 does not have its automatic address 240.240.0.1, because proxies do not capture DNS: it takes every TCP connection to port 3306 that no other listener is made for (vip-without-capture)',
    ])
  })
})
