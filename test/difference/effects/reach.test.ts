import { describe, expect, it } from 'vitest'
import { dnsEntry, entry, meshConfig, service } from '../../support/mesh.ts'
import { database, proxyEffects, said } from './say.ts'

const NEW = '2024-01-01T00:00:00Z'
const OLD = '2023-01-01T00:00:00Z'
const WITHOUT_CAPTURE = { metadata: { DNS_CAPTURE: '' } }

/** Without the lines about DNS. */
const reached = (...sides: Parameters<typeof said>): readonly string[] =>
  said(...sides).filter((line) => !line.startsWith('dns-change') && !line.includes('name table'))

const sidecar = (hosts: string, more = ''): string => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: default}
spec: {egress: [{hosts: ${hosts}}]${more}}
---`

const http = (name: string, more = ''): string =>
  entry(
    name,
    `  hosts: ["${name}.example.com"]\n  resolution: DNS\n  ports: [{number: 80, name: http, protocol: HTTP}]\n${more}`,
  )

describe('service ports that a sidecar reaches', () => {
  it('come with their entry', () => {
    expect(reached('', database('db'))).toEqual([
      'reachable: db.example.com:3306 becomes reachable on 240.240.0.1_3306',
    ])
  })
  it('come by host, if they are HTTP', () => {
    expect(reached('', http('api'))).toEqual(['reachable: api.example.com:80 becomes reachable by its host name'])
  })
  it('go with their entry', () => {
    expect(reached(database('db') + http('api'), '')).toEqual([
      'unreachable: db.example.com:3306 is gone; connections pass unchanged',
      'unreachable: api.example.com:80 is gone; connections pass unchanged',
    ])
  })
  it('go, and a service whose listener takes every connection to the port gets theirs', () => {
    const [app, db] = [database('app'), database('db')]
    const unknown = said(app, db, { metadata: { DNS_CAPTURE: '' } }).filter((line) => line.startsWith('unreachable'))
    expect(unknown).toEqual([
      'unreachable: app.example.com:3306 is gone; connections to the port now reach db.example.com',
    ])
    const stated = database('own', 'addresses: [10.7.7.7]')
    const others = said(stated + db, db, { metadata: { DNS_CAPTURE: '' } }).filter((line) =>
      line.startsWith('unreachable'),
    )
    expect(others).toEqual([
      'unreachable: own.example.com:3306 is gone; connections to the port now reach db.example.com',
    ])
  })
  it('go, and routes of a wildcard host get their requests', () => {
    const wild = http('api').replace('api.example.com', '*.example.com').replace('name: api', 'name: wild')
    expect(reached(http('api') + wild.replace('DNS', 'NONE'), wild.replace('DNS', 'NONE'))).toEqual([
      'unreachable: api.example.com:80 is gone; requests now reach *.example.com',
    ])
  })
  describe('go, and a wildcard host', () => {
    const wildcard = (protocol: string, addresses: string) =>
      entry(
        'wild',
        `  hosts: ["*.example.com"]\n  resolution: NONE\n  addresses: ${addresses}\n  ports: [{number: 443, name: port, protocol: ${protocol}}]`,
      )
    const goneFrom = (protocol: string, wild: string, more = '', node = {}) => {
      const own = dnsEntry('api').replace('protocol: TLS', `protocol: ${protocol}`)
      return said(own + wild + more, wild + more, node).filter((line) => line.startsWith('unreachable'))
    }
    const reaches = (what: string) => [`unreachable: api.example.com:443 is gone; connections ${what}`]
    const [TO_WILDCARD, UNCHANGED] = [reaches('now reach *.example.com'), reaches('pass unchanged')]

    it('gets their connections, if the name resolves to its address', () => {
      expect(goneFrom('TCP', wildcard('TCP', '[10.9.9.9]'))).toEqual(TO_WILDCARD)
      expect(goneFrom('TLS', wildcard('TCP', '[10.9.9.9]'))).toEqual(TO_WILDCARD)
      expect(goneFrom('TLS', wildcard('TLS', '[10.9.9.9]'))).toEqual(TO_WILDCARD)
    })
    it('does not get them, if names are resolved by others', () => {
      expect(goneFrom('TCP', wildcard('TCP', '[10.9.9.9]'), '', WITHOUT_CAPTURE)).toEqual(UNCHANGED)
      expect(goneFrom('TLS', wildcard('TLS', '[10.9.9.9]'), '', WITHOUT_CAPTURE)).toEqual(UNCHANGED)
    })
    it('does not get them at the address of a nearer name', () => {
      const nearer = entry(
        'other',
        '  hosts: ["api.example.com"]\n  resolution: NONE\n  addresses: [10.8.8.8]\n  ports: [{number: 80, name: tcp, protocol: TCP}]',
      )
      expect(goneFrom('TCP', wildcard('TCP', '[10.9.9.9]'), nearer)).toEqual(UNCHANGED)
    })
    it('gets them by the name in TLS on all addresses', () => {
      expect(goneFrom('TLS', wildcard('TLS', '[]'))).toEqual(TO_WILDCARD)
      expect(goneFrom('HTTPS', wildcard('TLS', '[]'), '', WITHOUT_CAPTURE)).toEqual(TO_WILDCARD)
    })
    it('does not get them by a name that they do not send', () => {
      expect(goneFrom('TCP', wildcard('TLS', '[]'))).toEqual(UNCHANGED)
      expect(goneFrom('TCP', wildcard('TLS', '[10.9.9.9]'))).toEqual(UNCHANGED)
    })
  })
  it('go by a Sidecar that does not import them', () => {
    expect(
      reached(database('db') + database('app'), database('db') + database('app') + sidecar('["./app.example.com"]')),
    ).toEqual(['unreachable: db.example.com:3306 is left out by Sidecar default/default; connections pass unchanged'])
  })
  it('go by exportTo, and connections are refused where only known services are allowed', () => {
    const mesh = meshConfig('outboundTrafficPolicy: {mode: REGISTRY_ONLY}')
    expect(reached(mesh + database('db'), mesh + database('db', 'exportTo: [shop]'))).toEqual([
      'unreachable: db.example.com:3306 is not exported here; connections are refused',
    ])
  })
  it('go with one of their ports', () => {
    const two = 'ports: [{number: 3306, name: tcp, protocol: TCP}, {number: 3307, name: more, protocol: TCP}]'
    expect(reached(database('db').replace(/ports: .*/, two), database('db'))).toEqual([
      'unreachable: db.example.com:3307 is gone; connections pass unchanged',
    ])
  })
  it('carry the entry, and cover the listener, the cluster and the answer', () => {
    const effects = proxyEffects('', database('db'))
    const found = effects.find(({ kind }) => kind === 'reachable')
    expect(found?.subject).toEqual({ kind: 'host', name: 'db.example.com:3306' })
    expect(found?.covers).toEqual([
      { kind: 'lds', name: '240.240.0.1_3306' },
      { kind: 'cds', name: 'outbound|3306||db.example.com' },
    ])
    expect(found?.sources.after.map(({ what, location }) => `${what} ${location}`)).toEqual([
      'ServiceEntry default/db mesh.yaml:8:11',
    ])
  })
})

describe('listeners', () => {
  it('are lost to an older service', () => {
    expect(
      reached(database('db', '', NEW), database('db', '', NEW) + database('app', '', OLD), WITHOUT_CAPTURE),
    ).toEqual([
      'listener-lost: db.example.com:3306 loses 0.0.0.0_3306 to app.example.com',
      'reachable: app.example.com:3306 becomes reachable on 0.0.0.0_3306',
    ])
  })
  it('are won when the holder goes', () => {
    expect(
      reached(database('db', '', NEW) + database('app', '', OLD), database('db', '', NEW), WITHOUT_CAPTURE),
    ).toEqual([
      'unreachable: app.example.com:3306 is gone; connections to the port now reach db.example.com',
      'listener-won: db.example.com:3306 is reached on 0.0.0.0_3306 (before: app.example.com had 0.0.0.0_3306)',
    ])
  })
  it('do not come for a service that is newer than the holder', () => {
    expect(
      reached(database('app', '', OLD), database('app', '', OLD) + database('db', '', NEW), WITHOUT_CAPTURE),
    ).toEqual(['conflict-new: db.example.com:3306 is not reached: app.example.com has 0.0.0.0_3306'])
  })
  it('are no longer wanted by a loser that goes', () => {
    expect(
      reached(database('app', '', OLD) + database('db', '', NEW), database('app', '', OLD), WITHOUT_CAPTURE),
    ).toEqual(['conflict-gone: db.example.com:3306 is gone; it had lost 0.0.0.0_3306 to app.example.com'])
  })
  it('are no longer wanted by a loser that gets an address', () => {
    const [app, db] = [database('app', '', OLD), database('db', '', NEW)]
    expect(reached(app + db, app + database('db', 'addresses: [10.9.9.9]', NEW), WITHOUT_CAPTURE)).toEqual([
      'conflict-gone: db.example.com:3306 is reached on 10.9.9.9_3306 (before: app.example.com had 0.0.0.0_3306)',
    ])
  })
  it('pass from one holder to another', () => {
    const [app, db, log] = [
      database('app', '', OLD),
      database('db', '', NEW),
      database('log', '', '2024-06-01T00:00:00Z'),
    ]
    expect(reached(app + db + log, db + log, WITHOUT_CAPTURE)).toEqual([
      'unreachable: app.example.com:3306 is gone; connections to the port now reach db.example.com',
      'listener-won: db.example.com:3306 is reached on 0.0.0.0_3306 (before: app.example.com had 0.0.0.0_3306)',
    ])
  })
  it('of an automatic address lead elsewhere when the address passes on', () => {
    expect(reached(database('db', '', NEW), database('db', '', NEW) + database('app', '', OLD))).toEqual([
      'listener-won: db.example.com:3306 is reached on 240.240.0.2_3306 (before: 240.240.0.1_3306)',
      'reachable: app.example.com:3306 becomes reachable on 240.240.0.1_3306',
      'listener-lost: listener 240.240.0.1_3306 now leads to app.example.com (before: db.example.com)',
    ])
  })
  it('of a Service lead elsewhere when its cluster IP passes on', () => {
    const tcp = (name: string, ip: string) =>
      service(name, ip).replace('{name: http, port: 80}', '{name: tcp, port: 80}')
    expect(reached(tcp('web', '10.96.0.1'), tcp('web', '10.96.0.2') + tcp('api', '10.96.0.1'))).toEqual([
      'listener-won: web.default:80 is reached on 10.96.0.2_80 (before: 10.96.0.1_80)',
      'reachable: api.default:80 becomes reachable on 10.96.0.1_80',
      'listener-lost: listener 10.96.0.1_80 now leads to api.default (before: web.default)',
    ])
  })
  it('take unknown addresses or not', () => {
    const mesh = (mode: string) => meshConfig(`outboundTrafficPolicy: {mode: ${mode}}`)
    expect(said(mesh('ALLOW_ANY') + http('api'), mesh('REGISTRY_ONLY') + http('api'))).toEqual([
      'unreachable: connections to unknown addresses are now refused (before: pass unchanged)',
      'route-change: requests for unknown hosts are now answered with status 502 (before: pass unchanged)',
    ])
    expect(said(mesh('REGISTRY_ONLY'), mesh('ALLOW_ANY'))).toEqual([
      'reachable: connections to unknown addresses now pass unchanged (before: are refused)',
    ])
  })
  it('are told together if all have the same setting', () => {
    expect(said(meshConfig('') + http('api'), meshConfig('accessLogFile: /dev/stdout') + http('api'))).toEqual([
      'resource-change: 3 listeners (0.0.0.0_80, virtualOutbound and virtualInbound): access is logged',
    ])
  })
  it('of TCP routes share connections', () => {
    const route = (weights: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: default}
spec:
  hosts: [db.example.com]
  tcp: [{route: [${weights}]}]
---`
    const [all, half] = [
      '{destination: {host: db.example.com}}',
      '{destination: {host: db.example.com}, weight: 50}, {destination: {host: app.example.com}, weight: 50}',
    ]
    const entries = database('db') + database('app')
    expect(reached(entries + route(all), entries + route(half))).toEqual([
      'listener-won: app.example.com:3306 is reached on 240.240.0.2_3306',
      'route-change: listener 240.240.0.2_3306 now leads to db.example.com 50%, app.example.com 50% (before: db.example.com)',
    ])
  })
  it('of a Sidecar come and go', () => {
    const ingress = ', ingress: [{port: {number: 8080, protocol: HTTP, name: http}, defaultEndpoint: "127.0.0.1:80"}]'
    const [before, after] = [sidecar('["*/*"]'), sidecar('["*/*"]', ingress)]
    expect(said(before, after)).toEqual(['reachable: inbound port 8080 is served (HTTP, mTLS and plain text)'])
    expect(said(after, before)).toEqual(['unreachable: inbound port 8080 no longer belongs to a service'])
  })
})
