import { describe, expect, it } from 'vitest'
import { computeProxyView } from '../../src/pipeline.ts'
import { selectNode } from '../../src/proxy/select.ts'
import { clientOf, entranceOf, Peers, type TraceRequest, trace, traceFromOutside } from '../../src/simulation/index.ts'
import { meshOf } from '../support/mesh.ts'

const SETTINGS = { resolve: new Map<string, string>(), allBranches: true, depth: 5 }

const PODS = ['client', 'web', 'gw']
  .map(
    (name, index) => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: {app: ${name}${name === 'gw' ? '' : ', security.istio.io/tlsMode: istio'}}
  annotations: {${name === 'gw' ? 'inject.istio.io/templates: gateway' : ''}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: 10.0.0.${index + 1}, podIPs: [{ip: 10.0.0.${index + 1}}], conditions: [{type: Ready, status: 'True'}]}
---`,
  )
  .join('')

const MESH = `${PODS}
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.0.1
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: http2, port: 81, targetPort: 8081}, {name: x, port: 82, targetPort: 8082}]
---`

const object = (kind: string, name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
---`

interface Asked {
  readonly version?: '1.1' | '2'
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
}

const requestTo = (port: number, { version = '1.1', headers = {}, path = '/' }: Asked): TraceRequest => ({
  host: '10.96.0.1',
  port,
  http: { method: 'POST', path, authority: 'web', scheme: 'http', headers: new Map(Object.entries(headers)), version },
})

function viewIn(mesh: ReturnType<typeof meshOf>, name: string) {
  return computeProxyView(mesh, selectNode(`${name}.shop`, 'shop', mesh.snapshot).node)
}

function traced(manifests: string, port: number, asked: Asked = {}) {
  const mesh = meshOf(MESH + manifests)
  return trace(clientOf(viewIn(mesh, 'client'), mesh.scope), new Peers(mesh.scope), requestTo(port, asked), SETTINGS)
}

/** What the endpoint gets: the version of the request, and the protocols that TLS offers. */
function sent(manifests: string, port: number, asked: Asked = {}) {
  const { http, tls } = traced(manifests, port, asked).branches[0]?.targets[0]?.sent ?? {}
  return [http?.version, tls?.alpn.join()]
}

describe('the version of HTTP to the endpoint', () => {
  it('is that of the port, or the version of the request where protocols are detected', () => {
    expect(sent('', 80, { version: '2' })).toEqual(['1.1', 'istio-http/1.1,istio,http/1.1'])
    expect(sent('', 81, { version: '1.1' })).toEqual(['2', 'istio-h2,istio,h2'])
    expect(sent('', 82, { version: '1.1' })).toEqual(['1.1', 'istio-http/1.1,istio,http/1.1'])
    expect(sent('', 82, { version: '2' })).toEqual(['2', 'istio-h2,istio,h2'])
  })

  it('is offered in TLS that states no protocols', () => {
    const simple = object('DestinationRule', 'web', '{host: web, trafficPolicy: {tls: {mode: SIMPLE}}}')
    expect(sent(simple, 80)).toEqual(['1.1', 'http/1.1'])
    expect(sent(simple, 81)).toEqual(['2', 'h2'])
  })
})

describe('an answer of the proxy itself', () => {
  it('has status 200 for clients of gRPC, with the error in grpc-status', () => {
    const rule = object('VirtualService', 'web', '{hosts: [web], http: [{route: [{destination: {host: nobody}}]}]}')
    const headers = { 'content-type': 'application/grpc' }
    const { ending } = traced(rule, 80, { headers })
    expect(ending).toMatchObject({ outcome: 'refused', status: 200, text: expect.stringContaining('grpc-status 14') })
    const fault = '{abort: {grpcStatus: NOT_FOUND, percentage: {value: 100}}}'
    const abort = object(
      'VirtualService',
      'web',
      `{hosts: [web], http: [{fault: ${fault}, route: [{destination: {host: web}}]}]}`,
    )
    const { text, status } = traced(abort, 80, { headers }).ending
    expect([status, text.includes('grpc-status')]).toEqual([200, false])
    expect(traced(rule, 80).ending).toMatchObject({ outcome: 'refused', status: 503 })
    expect(traced(rule, 80, { headers: { 'content-type': 'application/grpcx' } }).ending).toMatchObject({ status: 503 })
  })
})

describe('a workload without a proxy', () => {
  const bare = MESH.replace('app: web, security.istio.io/tlsMode: istio', 'app: web')
  const outcome = (tls: TraceRequest['tls']) => {
    const mesh = meshOf(bare)
    const request = { ...requestTo(8443, {}), host: '10.0.0.2', tls, http: undefined }
    return trace(clientOf(viewIn(mesh, 'client'), mesh.scope), new Peers(mesh.scope), request, SETTINGS).ending.outcome
  }

  it("does not understand the TLS of the mesh's proxies, and perhaps that of any other client", () => {
    expect(outcome({ sni: '', alpn: ['istio-peer-exchange', 'istio'], certificate: 'mesh' })).toBe('refused')
    expect(outcome({ sni: '', alpn: [], certificate: 'mesh' })).toBe('passthrough')
  })
})

describe('the certificate of a client', () => {
  const outcome = (mode: string, certificate: 'none' | 'mesh' | 'other') => {
    const credential = mode === 'ISTIO_MUTUAL' ? '' : ', credentialName: c'
    const server = `{port: {number: 8443, name: https, protocol: HTTPS}, hosts: ["*"], tls: {mode: ${mode}${credential}}}`
    const rules =
      object('Gateway', 'front', `{selector: {app: gw}, servers: [${server}]}`) +
      object(
        'VirtualService',
        'front',
        '{hosts: ["*"], gateways: [front], http: [{route: [{destination: {host: web, port: {number: 80}}}]}]}',
      )
    const mesh = meshOf(MESH + rules)
    const tls = { sni: 'web', alpn: ['http/1.1'], certificate }
    const entrance = entranceOf(viewIn(mesh, 'gw'), 8443)
    return traceFromOutside(new Peers(mesh.scope), entrance, { ...requestTo(8443, {}), tls }, SETTINGS).ending.outcome
  }
  const outcomes = (mode: string) => [outcome(mode, 'none'), outcome(mode, 'mesh'), outcome(mode, 'other')]

  it('must be from the authority that the gateway trusts', () => {
    expect(outcomes('SIMPLE')).toEqual(['reached', 'reached', 'reached'])
    expect(outcomes('MUTUAL')).toEqual(['refused', 'refused', 'reached'])
    expect(outcomes('OPTIONAL_MUTUAL')).toEqual(['reached', 'refused', 'reached'])
    expect(outcomes('ISTIO_MUTUAL')).toEqual(['refused', 'reached', 'refused'])
  })
})
