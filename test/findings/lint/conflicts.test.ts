import { describe, expect, it } from 'vitest'
import type { RuleId } from '../../../src/findings/lint/index.ts'
import { pod, slice } from '../../support/mesh.ts'
import { findingsOf, type LintTestOptions, objectsWith } from './support.ts'

interface EntryOptions {
  readonly host?: string
  readonly protocol?: string
  readonly resolution?: string
  readonly namespace?: string
  readonly created?: string
  readonly more?: string
  readonly labels?: string
}

/** An entry with one host and port. */
function entry(name: string, port: number, options: EntryOptions = {}): string {
  const { host = `${name}.example.com`, protocol = 'TCP', resolution = 'DNS', namespace = 'shop' } = options
  const { created, more = '', labels = '{}' } = options
  return `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}${created ? `, creationTimestamp: "${created}"` : ''}}
spec:
  hosts: ["${host}"]
  resolution: ${resolution}
  ports: [{number: ${port}, name: port, protocol: ${protocol}}]
${more}
`
}

const NO_VIP = '{networking.istio.io/enable-autoallocate-ip: "false"}'

function service(name: string, port: number, clusterIP: string, portName = 'tcp'): string {
  return `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {clusterIP: "${clusterIP}", selector: {app: db}, ports: [{name: ${portName}, port: ${port}}]}
`
}

const messages = (rule: RuleId, manifests: string, options?: LintTestOptions): readonly string[] =>
  findingsOf(rule, manifests, options).map(({ message }) => message)

const EVERY_RULE: readonly RuleId[] = [
  'tcp-port-conflict',
  'tcp-catch-all',
  'vip-without-capture',
  'tcp-address-required',
  'shared-vip-port',
  'server-first-conflict',
  'http-tcp-same-port',
  'headless-port-collision',
  'reserved-port',
  'envoy-rejects',
  'order-dependent',
]

/** `rule object` of every finding about listeners. */
const allOf = (manifests: string, options?: LintTestOptions): readonly string[] =>
  EVERY_RULE.flatMap((rule) => objectsWith(rule, manifests, options).map((object) => `${rule} ${object}`))

describe('tcp-port-conflict', () => {
  it('names winner, loser and listener, and that the order is assumed', () => {
    expect(messages('tcp-port-conflict', entry('b', 3306) + entry('a', 3306))).toEqual([
      'b.example.com:3306 gets no connections: listener 0.0.0.0_3306 leads to a.example.com:3306 of ServiceEntry shop/a, the first by name (order assumed: creation times are missing or equal; in a cluster the oldest one has it)',
    ])
  })

  it('says that age decided where creation times are stated', () => {
    const old = entry('z', 3306, { created: '2024-01-01T00:00:00Z' })
    const young = entry('a', 3306, { created: '2024-01-02T00:00:00Z' })
    const [message, ...others] = messages('tcp-port-conflict', young + old)
    expect(others).toEqual([])
    expect(message).toMatch(/^a\.example\.com:3306 .* of ServiceEntry shop\/z, which is older$/)
  })

  it('says that visibility decided between a private entry and one for all', () => {
    const all = entry('a', 3306, { created: '2024-01-01T00:00:00Z' })
    const own = entry('z', 3306, { created: '2024-01-02T00:00:00Z', more: '  exportTo: ["."]' })
    const found = findingsOf(
      'tcp-port-conflict',
      all + own + entry('web', 80, { namespace: 'other', protocol: 'HTTP' }),
    )
    expect(found.map(({ object, namespaces }) => [object.name, namespaces])).toEqual([['a', ['shop']]])
    expect(found[0]?.message).toMatch(/exportTo states that fewer namespaces see it$/)
  })

  it('points to the winner', () => {
    const [found] = findingsOf('tcp-port-conflict', entry('b', 3306) + entry('a', 3306))
    expect(found?.related).toMatchObject([
      {
        message:
          'ServiceEntry shop/a has listener 0.0.0.0_3306, because proxies do not capture DNS and so do not use its automatic address',
      },
    ])
    expect(found?.related[0]?.location.path).toEqual(['spec', 'ports', 0])
  })

  it('reports each loser once, and neither losers nor winner under a rule about missing addresses', () => {
    expect(allOf(entry('a', 3306) + entry('b', 3306) + entry('c', 3306))).toEqual([
      'tcp-port-conflict ServiceEntry shop/b',
      'tcp-port-conflict ServiceEntry shop/c',
    ])
  })

  it('is silent with DNS capture, because each has an automatic address', () => {
    expect(allOf(entry('a', 3306) + entry('b', 3306), { capture: 'true' })).toEqual([])
  })

  it('finds entries that get no automatic address, DNS capture or not', () => {
    const none = { resolution: 'NONE' }
    expect(
      objectsWith('tcp-port-conflict', entry('a', 3306, none) + entry('b', 3306, none), { capture: 'both' }),
    ).toEqual(['ServiceEntry shop/b'])
  })

  it('is silent where a route leads to the loser', () => {
    const routed = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: split, namespace: shop}
spec:
  hosts: [c.example.com]
  tcp: [{route: [{destination: {host: b.example.com, port: {number: 3306}}}]}]
`
    expect(messages('tcp-port-conflict', entry('a', 3306) + entry('b', 3306) + entry('c', 1) + routed)).toEqual([])
  })

  it('is silent about TLS, which names its host', () => {
    const tls = { protocol: 'TLS' }
    expect(allOf(entry('a', 443, tls) + entry('b', 443, tls))).toEqual([])
  })

  it('takes Services without a stated cluster IP as having one of their own, as a cluster gives them', () => {
    expect(allOf(service('a', 5432, '') + service('b', 5432, ''))).toEqual([])
    expect(allOf(service('a', 5432, '10.96.0.1') + service('b', 5432, ''))).toEqual([])
    const entries = entry('c', 5432, { labels: NO_VIP }) + entry('d', 5432, { labels: NO_VIP })
    expect(objectsWith('tcp-port-conflict', service('a', 5432, '') + entries)).toEqual(['ServiceEntry shop/d'])
  })

  it('reports a port that a listener of the Sidecar keeps for others', () => {
    const sidecar = `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {port: {number: 3306, name: tcp, protocol: TCP}, hosts: ["./a.example.com"]}
  - {hosts: ["./*"]}
`
    const [message] = messages('tcp-port-conflict', entry('a', 3306) + entry('b', 3306) + sidecar)
    expect(message).toMatch(
      /^b\.example\.com:3306 gets no connections: listener 0\.0\.0\.0_3306 leads to Sidecar shop\/default/,
    )
  })

  it('proposes an address first, then DNS capture, then to move or hide entries', () => {
    const [found] = findingsOf('tcp-port-conflict', entry('a', 3306) + entry('b', 3306, { namespace: 'other' }))
    const titles = [...(found?.proposals() ?? [])].map(({ title, safe }) => `${safe ? 'safe: ' : ''}${title}`)
    expect(titles[0]).toBe('capture DNS, so that hosts without an address get automatic ones')
    expect(titles).toEqual(
      expect.arrayContaining([
        'give other/b the address 240.241.0.1 and capture DNS, so that clients get them',
        expect.stringMatching(/^move other\/b from port 3306 /),
        expect.stringMatching(/ with exportTo$/),
      ]),
    )
    expect(titles.filter((title) => title.startsWith('safe: '))).toEqual([])
  })
})

describe('safe fixes of tcp-port-conflict', () => {
  const fixed = (more: string) => ({ resolution: 'STATIC', more: `  endpoints: [{address: 203.0.113.7}]\n${more}` })
  const safeTitles = (manifests: string) =>
    findingsOf('tcp-port-conflict', manifests).flatMap(({ proposals }) =>
      [...proposals()].filter(({ safe }) => safe).map(({ title }) => title),
    )

  it('give a loser the addresses of its endpoints, where its clients go anyway', () => {
    expect(safeTitles(entry('a', 3306) + entry('b', 3306, fixed('')))).toEqual([
      'give shop/b the address 203.0.113.7 of its endpoints',
    ])
  })

  it('are none where a namespace may not see the winner, so that the loser holds the port there', () => {
    const winner = entry('a', 3306, { more: '  exportTo: ["."]' })
    expect(safeTitles(winner + entry('b', 3306, fixed('')))).toEqual([])
    const sidecar = `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: other}
spec: {egress: [{hosts: ["shop/b.example.com"]}]}
`
    expect(safeTitles(entry('a', 3306) + entry('b', 3306, fixed('')) + sidecar)).toEqual([])
  })

  it('are none where another TCP port of the entry is reached, which would move too', () => {
    const two = entry('b', 3306, fixed('')).replace('ports: [', 'ports: [{number: 5555, name: other, protocol: TCP}, ')
    expect(safeTitles(entry('a', 3306) + two)).toEqual([])
  })
})

describe('holders of whole ports', () => {
  it('have vip-without-capture where istiod gave them an address that proxies do not use', () => {
    expect(messages('vip-without-capture', entry('a', 3306))).toEqual([
      'a.example.com:3306 does not have its automatic address 240.240.0.1, because proxies do not capture DNS: it takes every TCP connection to port 3306 that no other listener is made for',
    ])
    expect(allOf(entry('a', 3306), { capture: 'true' })).toEqual([])
  })

  it('are info, and not reported beside the loss of another service', () => {
    const found = (manifests: string) =>
      findingsOf('vip-without-capture', manifests).map(({ object, severity }) => [object.name, severity])
    expect(found(entry('a', 3306))).toEqual([['a', 'info']])
    expect(found(entry('a', 3306) + entry('b', 3306) + entry('c', 25))).toEqual([['c', 'info']])
    const none = { resolution: 'NONE' }
    expect(allOf(entry('a', 3306, none))).toEqual(['tcp-address-required ServiceEntry shop/a'])
    expect(allOf(entry('a', 3306, none) + entry('b', 3306, none))).toEqual(['tcp-port-conflict ServiceEntry shop/b'])
  })

  it('are reported for the proxies for which no other service lost the listener', () => {
    const own = entry('b', 3306, { namespace: 'other', more: '  exportTo: ["."]' })
    const found = findingsOf('vip-without-capture', entry('a', 3306) + own)
    expect(found.map(({ object, severity, namespaces }) => [object.name, severity, namespaces])).toEqual([
      ['a', 'info', ['shop']],
    ])
  })

  it('leave plain HTTP to the routes where the port states no protocol, whatever its name is', () => {
    const named = entry('a', 8080, { protocol: '""' }).replace('name: port', 'name: http')
    expect(messages('vip-without-capture', named)).toEqual([
      'a.example.com:8080 does not have its automatic address 240.240.0.1, because proxies do not capture DNS: it takes every connection to port 8080, all but plain HTTP, that no other listener is made for (the port states no protocol, and in a ServiceEntry its name does not state one either)',
    ])
  })

  it('are under no rule where proxies before status allocation use automatic addresses', () => {
    const mesh = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig:
      proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true", ISTIO_META_DNS_AUTO_ALLOCATE: "true"}
`
    expect(allOf(entry('a', 3306) + mesh, { version: '1.20' })).toEqual([])
    expect(allOf(entry('a', 3306), { version: '1.20' })).toEqual(['tcp-address-required ServiceEntry shop/a'])
  })

  it('have tcp-address-required where there is no automatic address, with the reason', () => {
    const reasons = (options: EntryOptions, more: LintTestOptions = {}) => {
      expect(allOf(entry('a', 3306, options), more)).toEqual(['tcp-address-required ServiceEntry shop/a'])
      return messages('tcp-address-required', entry('a', 3306, options), more).join()
    }
    expect(reasons({ resolution: 'NONE' })).toMatch(
      /has no address, and with resolution NONE gets none: it takes every/,
    )
    expect(reasons({ host: '*.example.com', resolution: 'NONE' })).toContain('with resolution NONE gets none')
    expect(reasons({ labels: NO_VIP }, { capture: 'true' })).toContain('opts out of automatic ones')
    expect(reasons({}, { version: '1.20', capture: 'true' })).toContain('proxies do not ask for automatic ones')
    expect(reasons({}, { version: '1.7' })).toContain('this version of istiod gives none')
  })

  it('have tcp-catch-all where connections reach wrong servers', () => {
    const domain = { host: '*.example.com', resolution: 'STATIC', more: '  endpoints: [{address: 192.0.2.7}]' }
    expect(allOf(entry('a', 3306, domain), { capture: 'true' })).toEqual(['tcp-catch-all ServiceEntry shop/a'])
    expect(allOf(entry('a', 3306, { resolution: 'STATIC', more: '  addresses: [0.0.0.0/0]' }))).toEqual([
      'tcp-catch-all ServiceEntry shop/a',
    ])
  })

  it('are found on a port without a protocol too', () => {
    expect(allOf(entry('a', 9999, { protocol: '""' }))).toEqual(['vip-without-capture ServiceEntry shop/a'])
  })

  it('are one finding an entry, at its first TCP port', () => {
    const two = entry('a', 3306).replace(
      '}]',
      '}, {number: 80, name: http, protocol: HTTP}, {number: 25, name: smtp, protocol: TCP}]',
    )
    const found = findingsOf('vip-without-capture', two)
    expect(found.map(({ location }) => location.path)).toEqual([['spec', 'ports', 0]])
  })

  it('propose DNS capture and an address, neither of which is safe', () => {
    const [found] = findingsOf('vip-without-capture', entry('a', 3306))
    expect([...(found?.proposals() ?? [])].map(({ title, safe }) => [title, safe])).toEqual([
      ['capture DNS, so that hosts without an address get automatic ones', false],
      ['give shop/a the address 240.241.0.1 and capture DNS, so that clients get them', false],
    ])
  })

  it('are neither HTTP nor TLS nor entries with an address', () => {
    const declared = entry('c', 3306, { more: '  addresses: [203.0.113.9]' })
    expect(allOf(entry('a', 80, { protocol: 'HTTP' }) + entry('b', 443, { protocol: 'HTTPS' }) + declared)).toEqual([])
  })
})

describe('shared-vip-port', () => {
  const at = (address: string) => ({ more: `  addresses: [${address}]` })

  it('finds two hosts with one address and port', () => {
    const [message, ...others] = messages(
      'shared-vip-port',
      entry('b', 1, at('10.0.0.1')) + entry('a', 1, at('10.0.0.1')),
    )
    expect(others).toEqual([])
    expect(message).toMatch(
      /^b\.example\.com:1 gets no connections: it has the same address and port as a\.example\.com:1 of ServiceEntry shop\/a/,
    )
  })

  it('finds an equal range, however it is written, but no range inside another', () => {
    const range = (text: string) => ({ resolution: 'STATIC', ...at(text) })
    expect(
      objectsWith('shared-vip-port', entry('a', 1, range('10.0.0.0/8')) + entry('b', 1, range('10.1.0.0/8'))),
    ).toEqual(['ServiceEntry shop/b'])
    expect(allOf(entry('a', 1, range('10.0.0.0/8')) + entry('b', 1, range('10.1.0.0/16')))).toEqual([])
  })

  it('finds the second host of one entry', () => {
    const two = entry('a', 1, at('10.0.0.1'))
      .replace('"a.example.com"', 'a.example.com, b.example.com')
      .replace('TCP', 'TLS')
    const [message] = messages('shared-vip-port', two)
    expect(message).toMatch(/^b\.example\.com:1 .* which the entry names first/)
  })

  it('finds an entry with the cluster IP of a Service', () => {
    expect(
      objectsWith('shared-vip-port', service('db', 5432, '10.96.0.7') + entry('a', 5432, at('10.96.0.7'))),
    ).toEqual(['Service default/db'])
  })

  it('is silent about other ports of one address', () => {
    expect(allOf(entry('b', 1, at('10.0.0.1')) + entry('a', 2, at('10.0.0.1')))).toEqual([])
  })

  it('is silent about one host in two entries', () => {
    const same = { host: 'db.example.com', ...at('10.0.0.1') }
    expect(objectsWith('shared-vip-port', entry('a', 1, same) + entry('b', 1, same))).toEqual([])
  })
})

describe('server-first-conflict', () => {
  it('finds TCP and HTTP on a port of MySQL or MongoDB, whoever is first', () => {
    const mysql = entry('m', 3306, { protocol: 'MySQL' })
    expect(objectsWith('server-first-conflict', mysql + entry('t', 3306))).toEqual(['ServiceEntry shop/t'])
    expect(objectsWith('server-first-conflict', entry('a', 3306) + mysql)).toEqual(['ServiceEntry shop/m'])
    expect(objectsWith('server-first-conflict', mysql + entry('web', 3306, { protocol: 'HTTP' }))).toEqual([
      'ServiceEntry shop/web',
    ])
  })

  it('leaves two of one protocol to tcp-port-conflict', () => {
    const mysql = { protocol: 'MySQL' }
    expect(objectsWith('server-first-conflict', entry('a', 3306, mysql) + entry('b', 3306, mysql))).toEqual([])
    expect(objectsWith('tcp-port-conflict', entry('a', 3306, mysql) + entry('b', 3306, mysql))).toEqual([
      'ServiceEntry shop/b',
    ])
  })
})

describe('http-tcp-same-port', () => {
  const web = entry('web', 8080, { protocol: 'HTTP' })

  it('warns of TCP that waits for the client, whoever comes first', () => {
    for (const name of ['a', 'z']) {
      const found = findingsOf('http-tcp-same-port', web + entry(name, 8080))
      expect(found.map(({ object, severity }) => [object.name, severity])).toEqual([[name, 'warning']])
      expect(found[0]?.related).toMatchObject([
        { message: 'ServiceEntry shop/web brings HTTP to listener 0.0.0.0_8080' },
      ])
    }
  })

  it('warns of TCP beside a port without a protocol, which may be HTTP', () => {
    const [found] = findingsOf('http-tcp-same-port', entry('a', 8080) + entry('z', 8080, { protocol: '""' }))
    expect(found?.message).toMatch(
      /^a\.example\.com:8080 shares listener 0\.0\.0\.0_8080 with a port without a protocol/,
    )
    expect(found?.related[0]?.message).toBe(
      'ServiceEntry shop/z brings a port without a protocol to listener 0.0.0.0_8080',
    )
  })

  it('is silent where TCP has an address, is Redis, or is TLS', () => {
    expect(objectsWith('http-tcp-same-port', web + entry('a', 8080, { more: '  addresses: [203.0.113.9]' }))).toEqual(
      [],
    )
    expect(objectsWith('http-tcp-same-port', web + entry('a', 8080, { protocol: 'Redis' }))).toEqual([])
    expect(objectsWith('http-tcp-same-port', web + entry('a', 8080, { protocol: 'TLS' }))).toEqual([])
    expect(objectsWith('http-tcp-same-port', web + entry('a', 8080), { capture: 'true' })).toEqual([])
  })

  it('is an error where HTTP replaces TCP', () => {
    const sidecar = `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  egress: [{bind: 127.0.0.9, hosts: ["./*"]}]
`
    const found = findingsOf('http-tcp-same-port', web + entry('x', 8080) + sidecar)
    expect(found.map(({ object, severity }) => [object.name, severity])).toEqual([['x', 'error']])
  })
})

describe('headless-port-collision', () => {
  const holder = entry('holder', 6379, { labels: NO_VIP })

  it('finds a headless Service on a port that another service holds', () => {
    expect(objectsWith('headless-port-collision', service('db', 6379, 'None') + holder)).toEqual(['Service default/db'])
    expect(objectsWith('headless-port-collision', service('db', 6379, 'None', '""') + holder)).toEqual([
      'Service default/db',
    ])
  })

  it('is silent about other ports, HTTP, and Services with a cluster IP', () => {
    expect(objectsWith('headless-port-collision', service('db', 6380, 'None') + holder)).toEqual([])
    expect(objectsWith('headless-port-collision', service('db', 6379, 'None', 'http') + holder)).toEqual([])
    expect(objectsWith('headless-port-collision', service('db', 6379, '10.96.0.1') + holder)).toEqual([])
    expect(
      objectsWith('headless-port-collision', service('db', 6379, 'None') + entry('web', 6379, { protocol: 'HTTP' })),
    ).toEqual([])
  })

  it('finds two headless Services of the same pods', () => {
    const pods =
      `---${pod('db-0', '10.244.1.1', '{app: db}')}${slice('a', ['10.244.1.1'])}${slice('b', ['10.244.1.1'])}`.replaceAll(
        'name: http, port: 80',
        'name: tcp, port: 6379',
      )
    expect(
      objectsWith('headless-port-collision', service('a', 6379, 'None') + service('b', 6379, 'None') + pods),
    ).toEqual(['Service default/b'])
  })
})

describe('reserved-port', () => {
  it('finds HTTP on ports of the proxy, TCP and other ports not', () => {
    const http = { protocol: 'HTTP' }
    const all = entry('a', 15001, http) + entry('b', 15006, http) + entry('c', 15010, http) + entry('d', 15006)
    expect(objectsWith('reserved-port', all)).toEqual(['ServiceEntry shop/a', 'ServiceEntry shop/b'])
  })

  it('proposes another port that leads to the same one', () => {
    const [found] = findingsOf('reserved-port', entry('a', 15001, { protocol: 'HTTP' }))
    const [proposal] = found?.proposals() ?? []
    expect(proposal).toMatchObject({
      safe: false,
      title: expect.stringMatching(/^move shop\/a from port 15001 to port 151/),
    })
  })
})

describe('envoy-rejects', () => {
  it('finds TCP on 15001 and 15006 of all addresses, with an address of its own not', () => {
    expect(objectsWith('envoy-rejects', entry('a', 15001) + entry('b', 15006))).toEqual([
      'ServiceEntry shop/a',
      'ServiceEntry shop/b',
    ])
    expect(objectsWith('envoy-rejects', entry('a', 15001), { capture: 'true' })).toEqual([])
  })

  describe('ingress listeners of a Sidecar', () => {
    const sidecar = (ingress: string, egress = '{hosts: ["./*"]}') => `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: local, namespace: shop}
spec:
  ingress: [{port: {name: http, protocol: HTTP, ${ingress}, defaultEndpoint: "127.0.0.1:8080"}]
  egress: [${egress}]
`
    const web = entry('web', 9080, { protocol: 'HTTP' })

    it('are found with a socket of their own where an outbound listener is', () => {
      const [found, ...others] = findingsOf(
        'envoy-rejects',
        web + sidecar('number: 9080}, bind: 0.0.0.0, captureMode: NONE'),
      )
      expect(others).toEqual([])
      expect(found?.message).toBe(
        'ingress port 9080 of Sidecar shop/local makes a second listener 0.0.0.0_9080 beside that of web.example.com:9080 of ServiceEntry shop/web: Envoy rejects the duplicate, and with it all changes of listeners',
      )
      expect(found?.location.path).toEqual(['spec', 'ingress', 0])
      const egress = '{hosts: ["./*"], port: {number: 9080, name: http, protocol: HTTP}, bind: 127.0.0.1}'
      const local = sidecar('number: 9080}, bind: 127.0.0.1, captureMode: NONE', egress)
      expect(messages('envoy-rejects', web + local)).toEqual([
        expect.stringContaining('second listener 127.0.0.1_9080'),
      ])
    })

    it('are found on the ports of the proxy', () => {
      expect(messages('envoy-rejects', sidecar('number: 15006}, bind: 0.0.0.0, captureMode: NONE'))).toEqual([
        expect.stringContaining('second listener 0.0.0.0_15006 beside virtualInbound'),
      ])
    })

    it('are right at another address or port, and as chains of the inbound listener', () => {
      for (const ingress of [
        'number: 9080}, bind: 127.0.0.1, captureMode: NONE',
        'number: 9081}, bind: 0.0.0.0, captureMode: NONE',
        'number: 9080}, bind: 0.0.0.0',
      ]) {
        expect(messages('envoy-rejects', web + sidecar(ingress))).toEqual([])
      }
    })
  })

  it('finds LOGICAL_DNS clusters with several endpoints', () => {
    const more = '  endpoints: [{address: x.example.com}, {address: y.example.com}]'
    const race = entry('a', 443, { protocol: 'TLS', more }).replace(
      'labels: {}',
      'annotations: {istio.io/connect-strategy: RACE_FIRST_TCP_CONNECT}',
    )
    expect(messages('envoy-rejects', race)).toEqual([
      'a.example.com:443 has 2 endpoints in cluster outbound|443||a.example.com of type LOGICAL_DNS, which takes one: Envoy rejects the cluster',
    ])
    expect(messages('envoy-rejects', race.replace(', {address: y.example.com}', ''))).toEqual([])
    expect(messages('envoy-rejects', entry('a', 443, { protocol: 'TLS', more }))).toEqual([])
  })

  const route = (name: string, host: string, names: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: ["*.example.com"]
  tls: [{match: [{sniHosts: [${names}]}], route: [{destination: {host: ${host}}}]}]
`
  const tls = entry('a', 443, { protocol: 'TLS' }) + entry('b', 443, { protocol: 'TLS' })

  it('finds server names that two routes share in part', () => {
    const overlapping = route('one', 'a.example.com', 'x.example.com, y.example.com')
    expect(
      messages('envoy-rejects', tls + overlapping + route('two', 'b.example.com', 'y.example.com, z.example.com'))[0],
    ).toMatch(/^listener 0\.0\.0\.0_443 has two filter chains for the same connections/)
    expect(messages('envoy-rejects', tls + overlapping + route('two', 'b.example.com', 'z.example.com'))).toEqual([])
  })

  it('looks at huge matches no longer than it must', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `h${index}.example.com`).join(', ')
    const subnets = Array.from({ length: 200 }, (_, index) => `10.0.${index}.0/24`).join(', ')
    const huge = route('one', 'a.example.com', names).replace(
      'match: [{',
      `match: [{destinationSubnets: [${subnets}], `,
    )
    expect(messages('envoy-rejects', tls + huge)).toEqual([])
  })
})

describe('order-dependent', () => {
  it('is not added to a conflict, whose loser has a finding', () => {
    expect(objectsWith('order-dependent', entry('b', 3306) + entry('a', 3306))).toEqual([])
  })

  it('finds two HTTP hosts with one address, of which istiod takes either, unless a VirtualService decides', () => {
    const http = { protocol: 'HTTP', more: '  addresses: [203.0.113.9]' }
    const two = entry('a', 80, http) + entry('b', 80, http)
    expect(messages('order-dependent', two)).toEqual([
      'HTTP requests for 203.0.113.9 go to a.example.com:80 or b.example.com:80, whichever istiod takes first when it makes the routes: both declare the address',
    ])
    const routed = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: shop}
spec: {hosts: [a.example.com], http: [{route: [{destination: {host: a.example.com}}]}]}
`
    expect(messages('order-dependent', two + routed)).toEqual([])
  })
})

describe('hostile input', () => {
  it('may name hosts and objects after members of objects', () => {
    const more = '  endpoints: [{address: 203.0.113.7}]'
    const odd = entry('constructor', 3306, { host: 'constructor', resolution: 'STATIC', more })
    const found = findingsOf(
      'tcp-port-conflict',
      odd + entry('valueof', 3306, { host: 'valueof', resolution: 'STATIC', more }),
    )
    expect(found.map(({ object }) => object.name)).toEqual(['valueof'])
    expect([...(found[0]?.proposals() ?? [])].length).toBeGreaterThan(0)
  })
})

describe('a listener that an EnvoyFilter removes', () => {
  const removes = (namespace: string) => `---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: removes, namespace: ${namespace}}
spec:
  configPatches:
  - applyTo: LISTENER
    match: {context: SIDECAR_OUTBOUND, listener: {portNumber: 3306}}
    patch: {operation: REMOVE}
`
  const other = entry('own', 9999, { namespace: 'bank' })
  const mesh = entry('a', 3306) + entry('b', 3306) + other

  it('has no conflict where the EnvoyFilter applies', () => {
    const namespaces = (manifests: string) =>
      findingsOf('tcp-port-conflict', manifests).map((finding) => finding.namespaces)
    expect(namespaces(mesh)).toEqual([['bank', 'shop']])
    expect(namespaces(mesh + removes('bank'))).toEqual([['shop']])
    expect(namespaces(mesh + removes('istio-system'))).toEqual([])
  })
})
