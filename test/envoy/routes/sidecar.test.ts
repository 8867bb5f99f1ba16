import { describe, expect, test } from 'vitest'
import {
  clustersOf,
  domainsOf,
  hostNamed,
  hostNames,
  routesOf,
  routesOfPort,
  sent,
  service,
  virtualService,
} from './mesh.ts'

const WEB = 'web.default.svc.cluster.local'
const web = service('web', '10.96.0.10', { http: 80, admin: 9000, 'http-alt': 8080 })

const route = (host: string) => `  http: [{route: [{destination: {host: ${host}}}]}]`

const sidecar = (spec: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: default}
spec:
${spec}
---`

describe('a port', () => {
  test('gives each service its own cluster, and unknown hosts the way through', () => {
    expect(sent(routesOfPort(web, 80).resource)).toMatchObject({
      name: '80',
      validateClusters: false,
      maxDirectResponseBodySizeBytes: 1048576,
      ignorePortInHostMatching: true,
      virtualHosts: [
        {
          name: `${WEB}:80`,
          includeRequestAttemptCount: true,
          routes: [
            {
              name: 'default',
              match: { prefix: '/' },
              decorator: { operation: `${WEB}:80/*` },
              route: { cluster: `outbound|80||${WEB}`, timeout: '0s', maxGrpcTimeout: '0s' },
            },
          ],
        },
        { name: 'allow_any', domains: ['*'], routes: [{ route: { cluster: 'PassthroughCluster' } }] },
      ],
    })
  })

  test('answers to every name by which a client of the namespace calls a service', () => {
    expect(domainsOf(routesOfPort(web, 80), `${WEB}:80`)).toEqual([
      WEB,
      `${WEB}.`,
      'web',
      'web.default.svc',
      'web.default',
      '10.96.0.10',
    ])
  })

  test('leaves out the bare name for clients of other namespaces', () => {
    expect(domainsOf(routesOfPort(web, 80, { namespace: 'other' }), `${WEB}:80`)).toEqual([
      WEB,
      `${WEB}.`,
      'web.default',
      'web.default.svc',
      '10.96.0.10',
    ])
  })

  test('cuts what a host shares with the domain of a virtual machine', () => {
    const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: default}
spec:
  hosts: [db.prod.example.com]
  addresses: [10.1.1.1]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
---`
    const fact = routesOfPort(entry, 80, { domain: 'vms.example.com' })
    expect(domainsOf(fact, 'db.prod.example.com:80')).toEqual([
      'db.prod.example.com',
      'db.prod.example.com.',
      'db.prod',
      'db.prod.example',
      '10.1.1.1',
    ])
  })

  test('never lets a derived name displace a service of that name', () => {
    const short = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: web, namespace: default}
spec:
  hosts: [web.default]
  addresses: [10.1.1.1]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
---`
    const fact = routesOfPort(web + short, 80)
    expect(domainsOf(fact, 'web.default:80')).toContain('web.default')
    expect(domainsOf(fact, `${WEB}:80`)).not.toContain('web.default')
  })

  test('serves a headless service also by the names of its pods', () => {
    const fact = routesOfPort(service('db', 'None', { http: 80 }), 80)
    expect(domainsOf(fact, 'db.default.svc.cluster.local:80')).toContain('*.db.default.svc.cluster.local')
  })

  test('has no host for ports that are not HTTP', () => {
    expect(hostNames(routesOfPort(service('db', '10.96.0.9', { tcp: 80 }), 80))).toEqual(['allow_any'])
  })
})

describe('VirtualServices', () => {
  test('of one host: the older one decides', () => {
    const fact = routesOfPort(
      web + virtualService('new', ['web'], route('b'), 2) + virtualService('old', ['web'], route('a'), 1),
      80,
    )
    expect(clustersOf(hostNamed(fact, `${WEB}:80`))).toEqual(['outbound|80||a.default.svc.cluster.local'])
  })

  test('with wildcards: the most specific one has the service', () => {
    const fact = routesOfPort(
      web +
        virtualService('all', ['*.local'], route('a'), 1) +
        virtualService('near', ['*.default.svc.cluster.local'], route('b'), 2),
      80,
    )
    expect(clustersOf(hostNamed(fact, `${WEB}:80`))).toEqual(['outbound|80||b.default.svc.cluster.local'])
    expect(hostNames(fact)).toEqual([`${WEB}:80`, 'allow_any'])
  })

  test('that are exact keep a wildcard away even when they have only TCP routes', () => {
    const fact = routesOfPort(
      web +
        virtualService('all', ['*.local'], route('a'), 1) +
        virtualService('web', ['web'], '  tcp: [{route: [{destination: {host: b}}]}]', 2),
      80,
    )
    expect(clustersOf(hostNamed(fact, `${WEB}:80`))).toEqual([`outbound|80||${WEB}`])
  })

  test('give hosts without a service a virtual host on port 80 only', () => {
    const unknown = virtualService('v', ['Only-VS.example.com'], route('web'))
    const [http, other] = routesOf(web + unknown, ['80', '8080'])
    if (!http || !other) throw new Error('two ports')
    expect(domainsOf(http, 'only-vs.example.com:80')).toEqual(['only-vs.example.com'])
    expect(hostNames(other)).toEqual([`${WEB}:8080`, 'allow_any'])
  })

  test('take their other hosts along to the ports of a service that they also name', () => {
    const both = virtualService('v', ['web', 'other.example.com'], route('web'))
    expect(hostNames(routesOfPort(web + both, 8080))).toEqual(['other.example.com:8080', `${WEB}:8080`, 'allow_any'])
  })

  test('without a route for this proxy leave the service its default', () => {
    const filtered = virtualService(
      'v',
      ['web'],
      '  http: [{match: [{sourceLabels: {app: other}}], route: [{destination: {host: a}}]}]',
    )
    expect(clustersOf(hostNamed(routesOfPort(web + filtered, 80), `${WEB}:80`))).toEqual([`outbound|80||${WEB}`])
  })

  test('are where a virtual host and its routes say they come from', () => {
    const manifests = web + virtualService('v', ['a.example.com', 'web'], route('web'))
    const host = hostNamed(routesOfPort(manifests, 80), `${WEB}:80`)
    expect(host.origins.map(({ what, location }) => [what, location?.path])).toEqual([
      ['VirtualService default/v', ['spec', 'hosts', 1]],
      ['Service default/web', ['metadata', 'name']],
    ])
    expect(host.routes[0]?.origins[0]?.location?.path).toEqual(['spec', 'http', 0])
  })
})

describe('a listener that sniffs for one service', () => {
  const NAME = `${WEB}:9000`

  test('answers to every host with that service alone', () => {
    const [fact] = routesOf(web, [NAME])
    expect(sent(fact?.resource)).toMatchObject({
      name: NAME,
      virtualHosts: [{ name: NAME, domains: ['*'], routes: [{ route: { cluster: `outbound|9000||${WEB}` } }] }],
    })
  })

  test('gets nothing when it asks again, until the whole port is asked for', () => {
    const facts = routesOf(web, [NAME, NAME, '9000', NAME])
    expect(facts.map(({ virtualHosts }) => virtualHosts.length)).toEqual([1, 0, 2, 1])
    expect(facts[1]?.resource).not.toHaveProperty('virtualHosts')
    expect(facts[2] && domainsOf(facts[2], NAME)).toContain(WEB)
  })
})

describe('outbound traffic policy', () => {
  test('REGISTRY_ONLY refuses unknown hosts', () => {
    const fact = routesOfPort(web + sidecar('  outboundTrafficPolicy: {mode: REGISTRY_ONLY}'), 80)
    expect(sent(fact.virtualHosts.at(-1)?.resource)).toEqual({
      name: 'block_all',
      domains: ['*'],
      includeRequestAttemptCount: true,
      routes: [{ name: 'block_all', match: { prefix: '/' }, directResponse: { status: 502 } }],
    })
  })

  test('an egress proxy gets requests to unknown hosts', () => {
    const policy =
      '  outboundTrafficPolicy: {egressProxy: {host: proxy.example.com, port: {number: 3128}}, mode: ALLOW_ANY}'
    const last = routesOfPort(web + sidecar(policy), 80).virtualHosts.at(-1)
    expect(last && clustersOf(last)).toEqual(['outbound|3128||proxy.example.com'])
  })
})

describe('an HTTP proxy', () => {
  const proxy = sidecar(`  egress:
  - {port: {number: 3128, name: proxy, protocol: HTTP_PROXY}, hosts: ['*/*']}
  - {hosts: ['*/*']}`)

  test('serves all ports, and only port 80 without saying so', () => {
    const fact = routesOfPort(web + proxy, 3128)
    expect(hostNames(fact)).toEqual([`${WEB}:80`, `${WEB}:8080`, `${WEB}:9000`, 'allow_any'])
    expect(domainsOf(fact, `${WEB}:80`)).toEqual(expect.arrayContaining([WEB, `${WEB}:80`, 'web', 'web:80']))
    for (const domain of domainsOf(fact, `${WEB}:8080`)) expect(domain).toMatch(/:8080$/)
  })

  test('of the mesh uses the listener without a port', () => {
    const [fact] = routesOf(web + proxy, ['http_proxy'])
    expect(fact && hostNames(fact)).toEqual([`${WEB}:80`, `${WEB}:8080`, `${WEB}:9000`, 'allow_any'])
  })
})

test('a Sidecar listener on a unix socket gives its hosts on all ports', () => {
  const socket = sidecar(`  egress:
  - {port: {number: 0, name: uds, protocol: HTTP}, bind: 'unix:///tmp/a.sock', hosts: ['./web.default.svc.cluster.local']}`)
  const [fact, other] = routesOf(web + socket, ['unix:///tmp/a.sock', 'unix:///tmp/b.sock'])
  expect(fact && hostNames(fact)).toEqual([`${WEB}:80`, `${WEB}:8080`, `${WEB}:9000`, 'allow_any'])
  expect(other && hostNames(other)).toEqual(['allow_any'])
})

test('a name that no listener makes gives an empty configuration', () => {
  expect(routesOf(web, ['nonsense'])[0]?.resource).toEqual({ name: 'nonsense', validateClusters: false })
})
