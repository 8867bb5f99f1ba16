import { describe, expect, it } from 'vitest'
import type { RuleId } from '../../../src/findings/lint/index.ts'
import { pod, service, slice } from '../../support/mesh.ts'
import { findingsOf } from './support.ts'

const rule = (name: string, namespace: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`
const auth = (namespace: string, spec: string): string => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: auth, namespace: ${namespace}}
spec: ${spec}
---`
const WEB = `${service('web', '10.96.0.1')}${pod('web-0', '10.244.0.1', '{app: web, version: v1}')}${slice('web', ['10.244.0.1'])}`
const HOST = 'web.default.svc.cluster.local'

const messages = (id: RuleId, manifests: string): readonly string[] =>
  findingsOf(id, manifests).map(({ message }) => message)

describe('subset-selects-nothing', () => {
  const subset = (labels: string) => rule('web', 'default', `{host: web, subsets: [{name: s, labels: ${labels}}]}`)

  it('tells what the workloads have instead', () => {
    expect(messages('subset-selects-nothing', WEB + subset('{version: v2}'))).toEqual([
      `the subset s of ${HOST} has no endpoints: none of the workloads has version=v2 (version is v1 there); requests to it fail with 503`,
    ])
  })

  it('is silent about subsets without labels, and where no workload is in the input', () => {
    expect(messages('subset-selects-nothing', WEB + subset('{}'))).toEqual([])
    expect(messages('subset-selects-nothing', service('web', '10.96.0.1') + subset('{version: v2}'))).toEqual([])
  })
})

describe('destination-rule-not-applied', () => {
  it('is silent for the namespaces of the service and of clients, and for the root namespace', () => {
    const spec = `{host: ${HOST}, trafficPolicy: {loadBalancer: {simple: RANDOM}}}`
    const found = (namespace: string) => messages('destination-rule-not-applied', WEB + rule('web', namespace, spec))
    expect(found('default')).toEqual([])
    expect(found('istio-system')).toEqual([])
    expect(found('third')).toHaveLength(1)
    const client = pod('client', '10.244.0.9', '{app: client}').replace('namespace: default', 'namespace: third')
    expect(messages('destination-rule-not-applied', WEB + client + rule('web', 'third', spec))).toEqual([])
  })
})

describe('mutual-tls-mismatch', () => {
  const tls = (mode: string, host = 'web') =>
    rule('web', 'default', `{host: "${host}", trafficPolicy: {tls: {mode: ${mode}}}}`)
  const found = (...parts: readonly string[]) => messages('mutual-tls-mismatch', WEB + parts.join(''))

  it.each([
    ['STRICT', 'DISABLE'],
    ['STRICT', 'SIMPLE'],
    ['DISABLE', 'ISTIO_MUTUAL'],
  ])('finds %s servers and clients with %s', (server, client) => {
    expect(found(auth('default', `{mtls: {mode: ${server}}}`), tls(client))).toHaveLength(1)
  })

  it.each([
    ['STRICT', 'ISTIO_MUTUAL'],
    ['PERMISSIVE', 'DISABLE'],
    ['DISABLE', 'SIMPLE'],
  ])('is silent about %s servers and clients with %s', (server, client) => {
    expect(found(auth('default', `{mtls: {mode: ${server}}}`), tls(client))).toEqual([])
  })

  it('knows policies of the mesh, of a workload and of a port, and rules for wildcards', () => {
    expect(
      found(auth('istio-system', '{mtls: {mode: STRICT}}'), tls('DISABLE', '*.default.svc.cluster.local')),
    ).toHaveLength(1)
    const workload = '{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}'
    expect(found(auth('default', `${workload}}`), tls('DISABLE'))).toHaveLength(1)
    expect(
      found(auth('default', `${workload}, portLevelMtls: {8080: {mode: PERMISSIVE}}}`), tls('DISABLE')),
    ).toHaveLength(1)
    expect(found(auth('default', `${workload}, portLevelMtls: {80: {mode: PERMISSIVE}}}`), tls('DISABLE'))).toEqual([])
  })

  it('is silent about pods without a sidecar', () => {
    const without = WEB.replace('version: v1', 'version: v1, sidecar.istio.io/inject: "false"')
    expect(
      messages('mutual-tls-mismatch', without + auth('default', '{mtls: {mode: STRICT}}') + tls('DISABLE')),
    ).toEqual([])
  })
})

describe('tls-twice', () => {
  const entry = (port: string) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: default}
spec: {hosts: [api.example.com], ports: [${port}], resolution: DNS}
---`
  const HTTPS = '{number: 443, name: https, protocol: HTTPS}'
  const simple = rule('api', 'default', '{host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}')

  it('is silent where an http route brings plain HTTP to the port, and for mutual TLS of the mesh', () => {
    const routed = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: default}
spec: {hosts: [api.example.com], http: [{route: [{destination: {host: api.example.com, port: {number: 443}}}]}]}
---`
    const two = entry(`{number: 80, name: http, protocol: HTTP}, ${HTTPS}`)
    expect(messages('tls-twice', two + simple)).toHaveLength(1)
    expect(messages('tls-twice', two + simple + routed)).toEqual([])
    expect(messages('tls-twice', entry(HTTPS) + simple.replace('SIMPLE', 'ISTIO_MUTUAL'))).toEqual([])
  })
})

describe('plain-http-to-tls', () => {
  const https = service('web', '10.96.0.1').replace('name: http', 'name: https')
  const route = (hosts: string, more = '') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: default}
spec: {hosts: [${hosts}], ${more}http: [{route: [{destination: {host: web}}]}]}
---`

  it('finds routes of Gateways, for whose namespace a rule may apply', () => {
    const atGateway = route('web.example.com', 'gateways: [edge/front], ')
    const [found, ...others] = findingsOf('plain-http-to-tls', https + atGateway)
    expect(others).toEqual([])
    expect(found?.namespaces).toEqual(['edge'])
    const there = rule('web', 'edge', `{host: ${HOST}, trafficPolicy: {tls: {mode: SIMPLE}}}`)
    expect(messages('plain-http-to-tls', https + atGateway + there)).toEqual([])
  })

  it('is silent about http rules that have no effect, because the host has no HTTP port', () => {
    expect(messages('plain-http-to-tls', https + route('web'))).toEqual([])
    const other = service('front', '10.96.0.2')
    expect(messages('plain-http-to-tls', https + other + route('front'))).toHaveLength(1)
  })
})
