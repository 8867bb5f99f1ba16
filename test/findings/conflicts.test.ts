import { describe, expect, it } from 'vitest'
import { examineText } from './meshes.ts'

const service = (name: string, spec: string, namespace = 'default') => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  hosts: [${name}.example.com]
${spec}`

const tcp = (name: string, port: number, namespace?: string) =>
  service(name, `  ports: [{number: ${port}, name: tcp, protocol: TCP}]\n  resolution: DNS\n`, namespace)

describe('conflicts', () => {
  it('name the winner, the losers, the rule and an order that is assumed', () => {
    const { report } = examineText(tcp('b', 3306) + tcp('a', 3306) + tcp('c', 3306))
    expect(report.conflicts).toMatchObject([
      {
        listener: '0.0.0.0_3306',
        port: 3306,
        rule: 'same-match',
        orderAssumed: true,
        winner: { kind: 'ServiceEntry', namespace: 'default', name: 'a', host: 'a.example.com', port: 3306 },
        losers: [{ name: 'b' }, { name: 'c' }],
      },
    ])
    expect(report.withoutListener).toEqual([])
  })

  it('leave out a loser that a route leads to', () => {
    const routed = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: split}
spec:
  hosts: [other.example.com]
  tcp: [{route: [{destination: {host: b.example.com, port: {number: 3306}}}]}]
`
    const { report } = examineText(tcp('a', 3306) + tcp('b', 3306) + tcp('other', 9999) + routed)
    expect(report.conflicts).toEqual([])
    expect(report.withoutListener.map(({ host }) => host)).toEqual(['other.example.com'])
  })

  it('name a loser once for each listener in which it lost', () => {
    const shared = (name: string) =>
      service(
        name,
        '  addresses: [10.0.0.1, 10.0.0.2]\n  ports: [{number: 1, name: tcp, protocol: TCP}]\n  resolution: DNS\n',
      )
    const { report } = examineText(shared('a') + shared('b'))
    expect(report.conflicts.map(({ listener, losers }) => [listener, losers.map(({ name }) => name)])).toEqual([
      ['10.0.0.1_1', ['b']],
      ['10.0.0.2_1', ['b']],
    ])
  })
})

describe('patches of EnvoyFilters', () => {
  const patched = (applyTo: string, match: string, patch: string) => `---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: moves}
spec:
  configPatches:
  - applyTo: ${applyTo}
    match: {context: SIDECAR_OUTBOUND, ${match}}
    patch: ${patch}
`
  const LISTENER = 'listener: {name: 0.0.0.0_3306}'
  const TO_B =
    '{name: envoy.filters.network.tcp_proxy, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: b, cluster: outbound|3306||b.example.com}}'
  const MESH = tcp('a', 3306) + tcp('b', 3306)

  it('take the listener from the winner and the losers', () => {
    const { report } = examineText(MESH + patched('LISTENER', LISTENER, '{operation: REMOVE}'))
    expect(report.conflicts).toEqual([])
    expect(report.withoutListener.map(({ host, reason }) => [host, reason])).toEqual([
      ['a.example.com', 'patched: EnvoyFilter default/moves removes its listener'],
      ['b.example.com', 'patched: EnvoyFilter default/moves removes its listener'],
    ])
  })

  it('lead a listener to the loser', () => {
    const chain = `{operation: ADD, value: {filter_chain_match: {source_ports: [1]}, filters: [${TO_B}]}}`
    expect(examineText(MESH + patched('FILTER_CHAIN', LISTENER, chain)).report).toEqual({
      conflicts: [],
      withoutListener: [],
    })
    const { report } = examineText(
      MESH +
        patched('NETWORK_FILTER', LISTENER, `{operation: REPLACE, value: ${TO_B}}`).replace(
          '0.0.0.0_3306}',
          '0.0.0.0_3306, filterChain: {filter: {name: envoy.filters.network.tcp_proxy}}}',
        ),
    )
    expect(report.withoutListener.map(({ host, reason }) => [host, reason])).toEqual([
      ['a.example.com', 'patched: EnvoyFilter default/moves changes its listener'],
    ])
  })

  it('that change settings leave conflicts as they are', () => {
    const settings = patched(
      'NETWORK_FILTER',
      LISTENER,
      `{operation: MERGE, value: {typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, idle_timeout: 5s}}}`,
    )
    expect(examineText(MESH + settings).report).toMatchObject({
      conflicts: [{ losers: [{ name: 'b' }] }],
      withoutListener: [],
    })
  })
})

describe('canaries', () => {
  const canary = (route: string, protocol: string) => `---
apiVersion: v1
kind: Service
metadata: {name: reader, namespace: default}
spec: {clusterIP: 10.96.0.7, selector: {app: reader}, ports: [{name: ${protocol}, port: 8080}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reader, namespace: default}
spec: {host: reader, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reader, namespace: default}
spec:
  hosts: [reader]
  ${route}
`
  const split = (subset: string, weight: number) =>
    `{destination: {host: reader, subset: ${subset}}, weight: ${weight}}`

  it.each([
    ['http', `http: [{route: [${split('v1', 90)}, ${split('v2', 10)}]}]`],
    ['tcp', `tcp: [{route: [${split('v1', 90)}, ${split('v2', 10)}]}]`],
    ['tls', `tls: [{match: [{sniHosts: [reader]}], route: [${split('v1', 90)}, ${split('v2', 10)}]}]`],
  ])('by %s routes have a listener', (protocol, route) => {
    const { report } = examineText(canary(route, protocol))
    expect(report).toMatchObject({ conflicts: [], withoutListener: [] })
  })

  it('that leave out a port of the service lose it', () => {
    const { report } = examineText(
      canary(`http: [{route: [{destination: {host: other.default.svc.cluster.local}}]}]`, 'http'),
    )
    expect(report.withoutListener).toMatchObject([{ name: 'reader', port: 8080 }])
  })
})

describe('ports without a listener', () => {
  const reasonOf = (text: string, host: string, namespace?: string) =>
    examineText(text, namespace).report.withoutListener.find((lost) => lost.host === host)?.reason

  it('are those that the proxy keeps for itself', () => {
    const text = service('web', '  ports: [{number: 15001, name: http, protocol: HTTP}]\n  resolution: DNS\n')
    expect(reasonOf(text, 'web.example.com')).toMatch(/^reserved port/)
  })

  it('are those of headless services without endpoints', () => {
    const text = `apiVersion: v1
kind: Service
metadata: {name: db, namespace: default}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 3306, name: tcp}]}
`
    expect(reasonOf(text, 'db.default.svc.cluster.local')).toMatch(/^headless without endpoints/)
  })

  it('are those whose traffic a VirtualService leads elsewhere', () => {
    const text = `${service('old', '  ports: [{number: 80, name: http, protocol: HTTP}]\n  resolution: DNS\n')}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: moved}
spec:
  hosts: [old.example.com]
  http: [{redirect: {authority: new.example.com}}]
`
    expect(reasonOf(text, 'old.example.com')).toBe(
      'routed elsewhere: VirtualService default/moved leads its traffic to others',
    )
  })

  it('are those outside the scope that only a VirtualService leads to', () => {
    const web = '  ports: [{number: 80, name: http, protocol: HTTP}]\n  resolution: DNS\n'
    const text = `${service('hidden', web, 'other')}${service('web', web)}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: [web.example.com]
  tls: [{match: [{sniHosts: [web.example.com]}], route: [{destination: {host: hidden.example.com}}]}]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default}
spec: {egress: [{hosts: ["./*"]}]}
`
    expect(reasonOf(text, 'hidden.example.com')).toMatch(/^scope/)
  })
})
