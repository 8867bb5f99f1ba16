/** Random meshes of two namespaces, and an ingress and an east-west gateway, whose policies meet each other. */
import type { Random } from '../fuzz/random.ts'

/** Applications: with their namespace, and the last byte of their addresses. */
const APPS = [
  { name: 'web', namespace: 'shop', byte: 20 },
  { name: 'cart', namespace: 'pay', byte: 30 },
  { name: 'db', namespace: 'pay', byte: 40 },
] as const

type App = (typeof APPS)[number]

export const CLIENTS = ['client.shop', 'web-1.shop'] as const
export const GATEWAYS = ['ingress.istio-system', 'eastwest.istio-system'] as const

const PORTS = [
  '{name: http, port: 80, targetPort: 8080}',
  '{name: grpc, port: 9090, targetPort: 9090}',
  '{name: tcp-x, port: 3306, targetPort: 3306}',
  '{name: unknown, port: 7070, targetPort: 7070}',
  '{name: https, port: 443, targetPort: 8443}',
  '{name: http2, port: 81, targetPort: 8081}',
  '{name: mysql, port: 3307, targetPort: 3307}',
]
const MODES = ['STRICT', 'STRICT', 'PERMISSIVE', 'DISABLE']
const CLIENT_MODES = ['DISABLE', 'ISTIO_MUTUAL', 'SIMPLE', 'MUTUAL, clientCertificate: /c, privateKey: /k']
const REMOTE_NETWORK = 'n2'

const object = (kind: string, group: string, { name, namespace }: { name: string; namespace: string }, spec: string) =>
  `apiVersion: ${group}.istio.io/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n---\n`

interface PodParts {
  readonly name: string
  readonly namespace: string
  readonly ip: string
  readonly labels: string
  readonly annotations?: string
}

const pod = ({ name, namespace, ip, labels, annotations = '' }: PodParts): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {${labels}}, annotations: {${annotations}}}
spec: {serviceAccountName: default, containers: [{name: app}]}
status: {phase: Running, podIP: ${ip}, podIPs: [{ip: ${ip}}], conditions: [{type: Ready, status: 'True'}]}
---
`

const service = (
  name: string,
  namespace: string,
  ip: string,
  ports: string,
  more = '',
  labels = '',
): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, labels: {${labels}}}
spec: {clusterIP: ${ip}, selector: {app: ${name}}, ports: [${ports}]${more}}
---
`

const IN_MESH = 'security.istio.io/tlsMode: istio, topology.istio.io/network: n1'

function application({ name, namespace, byte }: App, random: Random): string {
  const ports = random.shuffled(PORTS).slice(0, 1 + random.below(PORTS.length))
  const isHeadless = random.chance(1 / 6)
  const pods = [1, 2].slice(0, 1 + random.below(2)).map((number) => {
    const remote = IN_MESH.replace('n1', REMOTE_NETWORK)
    const mesh = name === 'web' && number === 1 ? IN_MESH : random.pick([IN_MESH, IN_MESH, remote, remote, 'a: b'])
    const excluded = random.pick(['', '', '', '"8080"', '"3306,7070"'])
    return pod({
      name: `${name}-${number}`,
      namespace,
      ip: `10.1.${byte}.${number}`,
      labels: `app: ${name}, version: v${number}, ${mesh}`,
      annotations: excluded && `traffic.sidecar.istio.io/excludeInboundPorts: ${excluded}`,
    })
  })
  return service(name, namespace, isHeadless ? 'None' : `10.96.0.${byte}`, ports.join(', ')) + pods.join('')
}

/** For the mesh, for namespaces, and for workloads with their ports. */
function authentication(random: Random): string {
  const mode = (): string => `mtls: {mode: ${random.pick(MODES)}}`
  const at = (name: string, namespace: string) => ({ name, namespace })
  const mesh = random.chance(1 / 2)
    ? object('PeerAuthentication', 'security', at('default', 'istio-system'), `{${mode()}}`)
    : ''
  const namespaces = ['shop', 'pay'].map((namespace) =>
    random.chance(1 / 3) ? object('PeerAuthentication', 'security', at('default', namespace), `{${mode()}}`) : '',
  )
  const workloads = APPS.map(({ name, namespace }) => {
    if (!random.chance(1 / 2)) return ''
    const levels = ['8080', '3306', '7070']
      .filter(() => random.chance(1 / 2))
      .map((port) => `${port}: {mode: ${random.pick(MODES)}}`)
    const perPort = levels.length > 0 ? `, portLevelMtls: {${levels.join(', ')}}` : ''
    const spec = `{selector: {matchLabels: {app: ${name}}}, ${mode()}${perPort}}`
    return object('PeerAuthentication', 'security', at(name, namespace), spec)
  })
  return [mesh, ...namespaces, ...workloads].join('')
}

const hostOf = ({ name, namespace }: App): string => `${name}.${namespace}.svc.cluster.local`

function destinationRule(app: App, random: Random): string {
  const tls = random.chance(2 / 3) ? `tls: {mode: ${random.pick(CLIENT_MODES)}}` : ''
  const port = `portLevelSettings: [{port: {number: 80}, tls: {mode: ${random.pick(CLIENT_MODES)}}}]`
  const policy = [...(tls ? [tls] : []), ...(random.chance(1 / 4) ? [port] : [])].join(', ')
  const subsets = 'subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]'
  return object('DestinationRule', 'networking', app, `{host: ${hostOf(app)}, trafficPolicy: {${policy}}, ${subsets}}`)
}

/** Rules of an application, at sidecars and at the ingress gateway. */
function virtualService(app: App, random: Random): string {
  const host = hostOf(app)
  const to = (subset: string, weight?: number): string =>
    `{destination: {host: ${host}, subset: ${subset}}${weight === undefined ? '' : `, weight: ${weight}`}}`
  const weight = 10 + random.below(80)
  const rules = [
    `{match: [{headers: {x-user: {exact: jason}}}], route: [${to('v2')}]}`,
    `{match: [{uri: {prefix: /old}}], redirect: {uri: /new, authority: other.example.com}}`,
    `{match: [{uri: {prefix: /api/}}], rewrite: {uri: /v1/, authority: api.internal}, headers: {request: {set: {x-set: a}}}, route: [${to('v1')}]}`,
    `{match: [{uri: {exact: /plain}}], directResponse: {status: 418}}`,
  ].filter(() => random.chance(1 / 2))
  const last = random.chance(1 / 2)
    ? `{route: [${to('v1', weight)}, ${to('v2', 100 - weight)}]}`
    : `{route: [${to('v1')}]}`
  const hosts = `[${host}, ${app.name}.example.com]`
  const tls = `tls: [{match: [{sniHosts: [${app.name}.example.com], port: 9443}], route: [{destination: {host: ${host}, port: {number: 443}}}]}]`
  const tcp = `tcp: [{match: [{port: 3306}], route: [{destination: {host: ${host}, port: {number: 3306}}}]}]`
  const http = `http: [${[...rules, last].join(', ')}]`
  return object(
    'VirtualService',
    'networking',
    app,
    `{hosts: ${hosts}, gateways: [mesh, istio-system/front], ${http}, ${tls}${app.name === 'db' ? `, ${tcp}` : ''}}`,
  )
}

/** Of a workload that describes its own inbound listeners. */
function sidecar({ name, namespace }: App): string {
  const ingress = (port: number, protocol: string, endpoint: string): string =>
    `{port: {number: ${port}, protocol: ${protocol}, name: p${port}}, defaultEndpoint: ${endpoint}}`
  const list = [
    ingress(8080, 'HTTP', '127.0.0.1:18080'),
    ingress(3306, 'TCP', '0.0.0.0:3306'),
    ingress(7070, 'GRPC', 'unix:///var/run/x.sock'),
  ]
  const spec = `{workloadSelector: {labels: {app: ${name}}}, ingress: [${list.join(', ')}], egress: [{hosts: ["*/*"]}]}`
  return object('Sidecar', 'networking', { name, namespace }, spec)
}

function gateways(random: Random): string {
  const inject = 'inject.istio.io/templates: gateway'
  const system = { namespace: 'istio-system', annotations: inject }
  const ingress = pod({ ...system, name: 'ingress', ip: '10.1.9.1', labels: 'app: ingress' })
  const remote = `topology.istio.io/network: ${REMOTE_NETWORK}`
  const eastwest = pod({ ...system, name: 'eastwest', ip: '10.1.9.2', labels: `app: eastwest, ${remote}` })
  const redirect = random.chance(1 / 3) ? ', tls: {httpsRedirect: true}' : ''
  const server = (number: number, protocol: string, hosts: string, more: string): string =>
    `{port: {number: ${number}, name: p${number}, protocol: ${protocol}}, hosts: [${hosts}]${more}}`
  const servers = [
    server(80, 'HTTP', '"*.example.com"', redirect),
    server(443, 'HTTPS', 'web.example.com', ', tls: {mode: SIMPLE, credentialName: one}'),
    server(
      8443,
      'HTTPS',
      'cart.example.com',
      `, tls: {${random.pick(['mode: MUTUAL, credentialName: two', 'mode: OPTIONAL_MUTUAL, credentialName: two', 'mode: ISTIO_MUTUAL'])}}`,
    ),
    server(9443, 'TLS', '"*.example.com"', ', tls: {mode: PASSTHROUGH}'),
    server(3306, 'TCP', '"*"', ''),
  ]
  const front = `{selector: {app: ingress}, servers: [${servers.join(', ')}]}`
  const cross = `{selector: {app: eastwest}, servers: [${server(15443, 'TLS', '"*.local"', ', tls: {mode: AUTO_PASSTHROUGH}')}]}`
  const at = (name: string) => ({ name, namespace: 'istio-system' })
  return (
    ingress +
    eastwest +
    service(
      'eastwest',
      'istio-system',
      '10.96.0.92',
      '{name: tls, port: 15443, targetPort: 15443}',
      ', externalIPs: [198.51.100.2]',
      remote,
    ) +
    object('Gateway', 'networking', at('front'), front) +
    object('Gateway', 'networking', at('cross'), cross)
  )
}

/** A host outside of the mesh that sidecars reach through a gateway. */
function egress(random: Random): string {
  const at = { name: 'egress', namespace: 'istio-system' }
  const gateway = 'egress.istio-system.svc.cluster.local'
  const labels = 'app: egress, topology.istio.io/network: n1'
  const annotations = 'inject.istio.io/templates: gateway'
  const isMutual = random.chance(2 / 3)
  const server = isMutual ? 'protocol: HTTPS}, tls: {mode: ISTIO_MUTUAL}' : 'protocol: HTTP}'
  const tls = isMutual ? '{mode: ISTIO_MUTUAL, sni: ext.example.com}' : `{mode: ${random.pick(CLIENT_MODES)}}`
  const route = (match: string, host: string, port: number): string =>
    `{match: [{gateways: [${match}], port: ${match === 'mesh' ? 80 : 443}}], route: [{destination: {host: ${host}, port: {number: ${port}}}}]}`
  const entry = '{hosts: [ext.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}'
  return (
    pod({ ...at, ip: '10.1.9.3', labels, annotations }) +
    service('egress', 'istio-system', '10.96.0.93', '{name: https, port: 443, targetPort: 8443}') +
    object('ServiceEntry', 'networking', { name: 'ext', namespace: 'shop' }, entry) +
    object(
      'Gateway',
      'networking',
      at,
      `{selector: {app: egress}, servers: [{port: {number: 443, name: https, ${server}, hosts: [ext.example.com]}]}`,
    ) +
    object('DestinationRule', 'networking', at, `{host: ${gateway}, trafficPolicy: {tls: ${tls}}}`) +
    object(
      'VirtualService',
      'networking',
      at,
      `{hosts: [ext.example.com], gateways: [mesh, istio-system/egress], http: [${route('mesh', gateway, 443)}, ${route('istio-system/egress', 'ext.example.com', 80)}]}`,
    )
  )
}

const MESH = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: '{"defaultConfig": {"proxyMetadata": {"ISTIO_META_DNS_CAPTURE": "true"}}}'}
---
`

/** The manifests of a mesh with `CLIENTS` and `GATEWAYS`. */
export function randomMesh(random: Random): string {
  const client = pod({ name: 'client', namespace: 'shop', ip: '10.1.10.1', labels: `app: client, ${IN_MESH}` })
  const own = APPS.flatMap((app) => [
    application(app, random),
    destinationRule(app, random),
    ...(random.chance(2 / 3) ? [virtualService(app, random)] : []),
    ...(random.chance(1 / 5) ? [sidecar(app)] : []),
  ])
  return MESH + client + own.join('') + authentication(random) + gateways(random) + egress(random)
}
