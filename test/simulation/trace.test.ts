import { describe, expect, it } from 'vitest'
import { computeProxyView, type Mesh } from '../../src/pipeline.ts'
import { selectNode } from '../../src/proxy/select.ts'
import {
  clientOf,
  entranceOf,
  Peers,
  type Trace,
  type TraceRequest,
  type TraceSettings,
  trace,
  traceFromOutside,
  traceToWorkload,
} from '../../src/simulation/index.ts'
import { meshOf } from '../support/mesh.ts'

const pod = (
  name: string,
  ip: string,
  { namespace = 'shop', labels = `app: ${name}`, annotations = '', mesh = true } = {},
) => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {${labels}${mesh ? ', security.istio.io/tlsMode: istio' : ''}}
  annotations: {${annotations}}
spec:
  containers: [{name: app, ports: [{containerPort: 8080}]}]
status:
  phase: Running
  podIP: ${ip}
  podIPs: [{ip: ${ip}}]
  conditions: [{type: Ready, status: 'True'}]
---`

const service = (
  name: string,
  ip: string,
  ports = '[{name: http, port: 80, targetPort: 8080}]',
  namespace = 'shop',
) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  clusterIP: ${ip}
  selector: {app: ${name}}
  ports: ${ports}
---`

const object = (kind: string, name: string, spec: string, group = 'networking', namespace = 'shop') => `
apiVersion: ${group}.istio.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`

const CAPTURE = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: '{"defaultConfig": {"proxyMetadata": {"ISTIO_META_DNS_CAPTURE": "true"}}}'}
---`

const WEB = pod('client', '10.0.0.1') + pod('web', '10.0.0.2') + service('web', '10.96.0.1')

const SETTINGS: TraceSettings = { resolve: new Map(), allBranches: false, depth: 5 }

interface Http {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

function http(host: string, port: number, { path = '/', method = 'GET', headers = {} }: Http = {}): TraceRequest {
  const request = { method, path, authority: host, scheme: 'http', headers: new Map(Object.entries(headers)) } as const
  return { host, port, http: { ...request, version: '1.1' } }
}

interface Asked {
  readonly from?: string
  readonly settings?: Partial<TraceSettings>
}

function viewIn(mesh: Mesh, name: string) {
  return computeProxyView(mesh, selectNode(name, 'shop', mesh.snapshot).node)
}

function traced(manifests: string, request: TraceRequest, { from = 'client.shop', settings = {} }: Asked = {}): Trace {
  const mesh = meshOf(CAPTURE + manifests)
  return trace(clientOf(viewIn(mesh, from), mesh.scope), new Peers(mesh.scope), request, { ...SETTINGS, ...settings })
}

/** The stages of a request from the listener on. */
const FROM_LISTENER = ['listener', 'filterChain', 'virtualHost', 'route', 'cluster', 'endpoints', 'inbound']

const stages = ({ steps }: Trace) => steps.map(({ stage }) => stage)
const stepOf = ({ steps }: Trace, stage: string) => steps.find((step) => step.stage === stage)

describe('a request', () => {
  it('passes every step, each with the object that decided', () => {
    const found = traced(WEB, http('web', 80, { path: '/a?b=1' }))
    expect(stages(found)).toEqual(['dns', 'capture', ...FROM_LISTENER])
    expect(stepOf(found, 'dns')).toMatchObject({ result: '10.96.0.1' })
    expect(stepOf(found, 'listener')).toMatchObject({ resource: '0.0.0.0_80', origins: [{ what: 'Service shop/web' }] })
    expect(found.branches).toMatchObject([
      {
        weight: 100,
        cluster: 'outbound|80||web.shop.svc.cluster.local',
        host: 'web',
        path: '/a?b=1',
        tls: 'istio-mutual',
        targets: [{ endpoint: { address: '10.0.0.2', port: 8080, workload: 'web.shop' } }],
      },
    ])
    expect(found.ending).toMatchObject({ outcome: 'reached', text: '10.0.0.2:8080 web.shop (100%)' })
  })

  it('is divided by weight, and every branch is followed on demand', () => {
    const rules =
      pod('v2', '10.0.0.3', { labels: 'app: web, version: v2' }) +
      object('DestinationRule', 'web', '{host: web, subsets: [{name: two, labels: {version: v2}}]}') +
      object(
        'VirtualService',
        'web',
        '{hosts: [web], http: [{route: [{destination: {host: web}, weight: 90}, {destination: {host: web, subset: two}, weight: 10}]}]}',
      )
    const found = traced(WEB + rules, http('web', 80))
    expect(found.branches.map(({ weight, subset }) => [weight, subset])).toEqual([
      [90, ''],
      [10, 'two'],
    ])
    const inbound = (trace: Trace) => trace.steps.filter(({ stage }) => stage === 'inbound').length
    expect(inbound(found)).toBe(1)
    expect(inbound(traced(WEB + rules, http('web', 80), { settings: { allBranches: true } }))).toBe(2)
    expect(found.ending.text).toBe(
      '90% 10.0.0.2:8080 web.shop (50%), 10.0.0.3:8080 v2.shop (50%); 10% 10.0.0.3:8080 v2.shop (100%)',
    )
  })

  it('takes the first rule that matches, and names those that did not', () => {
    const rules = object(
      'VirtualService',
      'web',
      `
  hosts: [web]
  http:
  - name: testers
    match: [{headers: {end-user: {exact: jason}}}]
    directResponse: {status: 418}
  - name: old
    match: [{uri: {regex: "/(a|b)/[0-9]+"}}]
    redirect: {uri: /new, authority: other.example.com, redirectCode: 308}
  - name: api
    match: [{uri: {prefix: /api/}}]
    rewrite: {uri: /, authority: api.internal}
    timeout: 3s
    route: [{destination: {host: web}}]
  - name: lost
    route: [{destination: {host: nobody}}]`,
    )
    const to = (path: string, headers = {}) => traced(WEB + rules, http('web', 80, { path, headers }))
    expect(to('/', { 'end-user': 'jason' }).ending).toMatchObject({ outcome: 'direct-response', status: 418 })
    expect(to('/a/12?q').ending).toMatchObject({
      outcome: 'redirect',
      status: 308,
      location: 'http://other.example.com/new?q',
    })
    const api = to('/api/x?y')
    expect(api.branches).toMatchObject([{ path: '/x?y', host: 'api.internal' }])
    expect(stepOf(api, 'route')).toMatchObject({
      reason: expect.stringContaining('the path becomes /x?y, the host becomes api.internal; timeout 3s'),
      lost: [
        { what: 'route testers', why: 'the request does not have the header end-user' },
        { what: 'route old', why: 'the request does not have the path /(a|b)/[0-9]+' },
      ],
    })
    expect(to('/other').ending).toMatchObject({ outcome: 'refused', status: 503 })
  })

  it('has its path normalized before routes are compared', () => {
    const rules = object(
      'VirtualService',
      'web',
      '{hosts: [web], http: [{match: [{uri: {exact: /admin}}], directResponse: {status: 403}}, {route: [{destination: {host: web}}]}]}',
    )
    const outcome = (path: string) => traced(WEB + rules, http('web', 80, { path })).ending.outcome
    expect(outcome('/x/../%61dmin')).toBe('direct-response')
    expect(outcome('/admin/')).toBe('reached')
    expect(outcome('//admin')).toBe('reached')
  })

  it('of a host that the mesh does not allow is blocked', () => {
    const only = object('Sidecar', 'own', '{egress: [{hosts: ["./*"]}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}}')
    expect(traced(WEB + only, http('example.com', 80)).ending).toMatchObject({ outcome: 'blackhole', status: 502 })
    expect(traced(WEB + only, { host: '192.0.2.1', port: 9 }).ending).toMatchObject({ outcome: 'blackhole' })
  })
})

describe('a name', () => {
  it('that no one can know has no address, and similar ones are named', () => {
    const { ending } = traced(WEB, http('webb.shop.svc.cluster.local', 80))
    expect(ending).toMatchObject({
      outcome: 'no-address',
      text: expect.stringContaining('nearest names: web.shop.svc'),
    })
  })

  it('outside of the mesh is passed through, to the address that is given', () => {
    const found = traced(
      WEB,
      { host: 'example.com', port: 443 },
      { settings: { resolve: new Map([['example.com', '192.0.2.9']]) } },
    )
    expect(found.ending.outcome).toBe('passthrough')
    expect(found.branches[0]?.targets[0]?.endpoint).toMatchObject({ address: '192.0.2.9', port: 443 })
    const unknown = traced(WEB, { host: 'example.com', port: 443 })
    expect(unknown.branches[0]?.targets[0]?.endpoint).toMatchObject({ address: 'an address outside the mesh' })
  })

  it("of a Service is answered by the cluster's DNS server when the proxy does not capture DNS, or hides it", () => {
    const mesh = meshOf(WEB + object('Sidecar', 'own', '{egress: [{hosts: ["~/*"]}]}'))
    const found = trace(
      clientOf(viewIn(mesh, 'client.shop'), mesh.scope),
      new Peers(mesh.scope),
      http('web', 80),
      SETTINGS,
    )
    expect(stepOf(found, 'dns')).toMatchObject({
      result: '10.96.0.1',
      reason: expect.stringContaining("the cluster's DNS"),
    })
  })
})

describe('a port that a service does not have', () => {
  it('is passed through, which is not meant', () => {
    const { ending, isService } = traced(WEB, http('web', 81))
    expect(ending).toMatchObject({ outcome: 'passthrough', text: expect.stringContaining('no listener of the proxy') })
    expect(isService).toBe(true)
  })
})

describe('capture', () => {
  const annotated = (annotations: string) =>
    pod('client', '10.0.0.1', { annotations }) + pod('web', '10.0.0.2') + service('web', '10.96.0.1')
  const outcome = (annotations: string) => traced(annotated(annotations), http('web', 80)).ending.outcome

  it('leaves out what the annotations of the pod exclude', () => {
    expect(outcome('traffic.sidecar.istio.io/excludeOutboundPorts: "79,80"')).toBe('not-captured')
    expect(outcome('traffic.sidecar.istio.io/excludeOutboundIPRanges: "10.96.0.0/16"')).toBe('not-captured')
    expect(outcome('traffic.sidecar.istio.io/includeOutboundIPRanges: "10.1.0.0/16"')).toBe('not-captured')
    expect(outcome('traffic.sidecar.istio.io/includeOutboundIPRanges: "10.96.0.0/16"')).toBe('reached')
    expect(
      outcome(
        'traffic.sidecar.istio.io/includeOutboundIPRanges: "", traffic.sidecar.istio.io/includeOutboundPorts: "80"',
      ),
    ).toBe('reached')
  })

  it('names the annotation', () => {
    const found = traced(annotated('traffic.sidecar.istio.io/excludeOutboundPorts: "80"'), http('web', 80))
    expect(stepOf(found, 'capture')).toMatchObject({
      result: 'past the proxy',
      reason: 'the pod excludes port 80 (traffic.sidecar.istio.io/excludeOutboundPorts)',
      origins: [{ what: 'Pod shop/client' }],
    })
  })
})

describe('the other side', () => {
  const strict = object('PeerAuthentication', 'strict', '{mtls: {mode: STRICT}}', 'security')
  const plain = object('DestinationRule', 'plain', '{host: web, trafficPolicy: {tls: {mode: DISABLE}}}')

  it('with STRICT mutual TLS refuses plain text, and names the policy', () => {
    const { ending } = traced(WEB + strict + plain, http('web', 80))
    expect(ending.outcome).toBe('refused')
    expect(ending.text).toContain('PeerAuthentication shop/strict: mutual TLS is STRICT for port 8080')
    expect(traced(WEB + strict, http('web', 80)).ending.outcome).toBe('reached')
    expect(traced(WEB + plain, http('web', 80)).ending.outcome).toBe('reached')
  })

  it('without a proxy does not understand the TLS of the mesh', () => {
    const mutual = object('DestinationRule', 'tls', '{host: web, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}')
    const bare = pod('client', '10.0.0.1') + pod('web', '10.0.0.2', { mesh: false }) + service('web', '10.96.0.1')
    expect(traced(bare + mutual, http('web', 80)).ending).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('no proxy'),
    })
    expect(traced(bare, http('web', 80)).ending.outcome).toBe('reached')
  })

  it('waits for ever if both sides wait for the other to send first', () => {
    const auto =
      pod('client', '10.0.0.1') +
      pod('db', '10.0.0.4') +
      service('db', '10.96.0.4', '[{name: x, port: 5433, targetPort: 5433}]')
    const declared = auto.replace('name: x', 'name: tcp')
    expect(traced(auto, { host: 'db', port: 5433, serverFirst: true }).ending).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('declare the protocol'),
    })
    expect(traced(declared, { host: 'db', port: 5433, serverFirst: true }).ending.outcome).toBe('reached')
  })
})

describe('a port that several services ask for', () => {
  it('names the one that lost its listener', () => {
    const entry = (name: string) =>
      object(
        'ServiceEntry',
        name,
        `{hosts: [${name}.example.com], resolution: NONE, ports: [{number: 3306, name: tcp, protocol: TCP}]}`,
      )
    const found = traced(WEB + entry('one') + entry('two'), { host: '192.0.2.1', port: 3306 })
    expect(stepOf(found, 'listener')?.lost).toMatchObject([{ what: 'ServiceEntry shop/two two.example.com' }])
  })
})

describe('a client outside of the mesh', () => {
  const GATEWAY =
    pod('gw', '10.0.0.9', {
      namespace: 'ingress',
      labels: 'app: gw',
      annotations: 'inject.istio.io/templates: gateway',
      mesh: false,
    }) +
    service(
      'gw',
      '10.96.0.9',
      '[{name: http, port: 80, targetPort: 8080}, {name: https, port: 443, targetPort: 8443}]',
      'ingress',
    ).replace('ports:', 'externalIPs: [198.51.100.7]\n  ports:') +
    object(
      'Gateway',
      'front',
      `
  selector: {app: gw}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"], tls: {httpsRedirect: true}}
  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example.com], tls: {mode: SIMPLE, credentialName: c}}`,
      'networking',
      'ingress',
    ) +
    object(
      'VirtualService',
      'front',
      '{hosts: [shop.example.com], gateways: [ingress/front], http: [{route: [{destination: {host: web}}]}]}',
    )

  function entered(request: TraceRequest): Trace {
    const mesh = meshOf(CAPTURE + WEB + GATEWAY)
    return traceFromOutside(
      new Peers(mesh.scope),
      entranceOf(viewIn(mesh, 'gw.ingress'), request.port),
      request,
      SETTINGS,
    )
  }

  it('enters at the target port of the Service, by the server name, and goes on inside', () => {
    const tls = { sni: 'shop.example.com', alpn: ['http/1.1'], certificate: 'none' } as const
    const found = entered({ ...http('shop.example.com', 443), tls })
    expect(found.ending).toMatchObject({ outcome: 'reached' })
    expect(stages(found)).toEqual(['gateway', ...FROM_LISTENER])
    expect(entered({ ...http('x', 443), tls: { ...tls, sni: 'other.example.com' } }).ending.outcome).toBe('refused')
  })

  it('is sent to HTTPS', () => {
    expect(entered(http('shop.example.com', 80, { path: '/a' })).ending).toMatchObject({
      outcome: 'redirect',
      status: 301,
      location: 'https://shop.example.com/a',
    })
  })

  it('reaches a workload at its address or at that of its Service', () => {
    const strict = object('PeerAuthentication', 'all', '{mtls: {mode: STRICT}}', 'security')
    const to = (manifests: string, address: string, port: number) => {
      const peer = new Peers(meshOf(manifests).scope).at(address, port, '')
      return peer && traceToWorkload(peer, http(address, port))
    }
    const pod = to(CAPTURE + WEB, '10.0.0.2', 8080)
    expect(pod?.ending).toEqual({ outcome: 'reached', text: '10.0.0.2:8080 Pod shop/web' })
    expect(to(CAPTURE + WEB, '10.96.0.1', 80)?.ending).toEqual(pod?.ending)
    expect(to(CAPTURE + WEB + strict, '10.0.0.2', 8080)?.ending.outcome).toBe('refused')
    expect(stages(pod as Trace)).toEqual(['inbound'])
  })

  it('is found behind the address of the Service', () => {
    const mesh = meshOf(CAPTURE + WEB + GATEWAY)
    expect(new Peers(mesh.scope).entranceAt('198.51.100.7', 443)).toMatchObject({ port: 8443 })
  })
})

describe('gateways that send requests to each other', () => {
  it('end as a loop', () => {
    const gateway =
      pod('gw', '10.0.0.9', { labels: 'app: gw', annotations: 'inject.istio.io/templates: gateway', mesh: false }) +
      service('gw', '10.96.0.9') +
      object(
        'Gateway',
        'egress',
        '{selector: {app: gw}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}',
      ) +
      object(
        'VirtualService',
        'round',
        '{hosts: [web.shop.svc.cluster.local], gateways: [mesh, egress], http: [{route: [{destination: {host: gw, port: {number: 80}}}]}]}',
      )
    const request = http('web.shop.svc.cluster.local', 80)
    expect(traced(WEB + gateway, request).ending).toMatchObject({
      outcome: 'loop',
      text: expect.stringContaining('gw'),
    })
    expect(traced(WEB + gateway, request, { settings: { depth: 0 } }).ending.text).toContain('--depth')
  })
})
