/** Random meshes whose few hosts, ports and namespaces make every object matter to others. */
import type { JsonValue, SourceFile } from '../../src/sources/document.ts'
import type { Random } from '../fuzz/random.ts'

const SLOTS = 26
const NAMESPACES = ['default', 'a', 'b', 'istio-system']
const HOSTS = ['h0.example.com', 'h1.example.com', 'h2.example.com', '*.example.com', 's0.a.svc.cluster.local']
const PROTOCOLS = ['TCP', 'TCP', 'HTTP', 'TLS', 'MYSQL', '', 'HTTPS', 'GRPC']
export const PORTS = [80, 443, 3306]
const EXPORTS = [['.'], ['*'], ['a'], ['~']]

export type Fields = { [key: string]: JsonValue }
export type Make = (random: Random, index: number) => JsonValue

/** A field that is there with a probability. */
export const maybe = (random: Random, chance: number, field: Fields): Fields => (random.chance(chance) ? field : {})

export function metadata(random: Random, name: string, more: Fields = {}): JsonValue {
  const created = maybe(random, 0.5, { creationTimestamp: `2024-01-0${1 + random.below(3)}T00:00:00Z` })
  return { name, namespace: random.pick(NAMESPACES), ...created, ...more }
}

const serviceEntry: Make = (random, index) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: metadata(random, `e${index}`),
  spec: {
    hosts: Array.from({ length: 1 + random.below(2) }, () => random.pick(HOSTS)),
    ports: Array.from({ length: 1 + random.below(2) }, (_, at) => ({
      number: random.pick(PORTS),
      name: `p${at}`,
      protocol: random.pick(PROTOCOLS),
    })),
    resolution: random.pick(['DNS', 'DNS', 'STATIC', 'NONE', 'DYNAMIC_DNS']),
    ...maybe(random, 0.3, { addresses: [random.pick(['10.9.0.1', '10.9.0.2', '10.9.1.0/24'])] }),
    ...maybe(random, 0.3, { exportTo: random.pick(EXPORTS) }),
    ...maybe(random, 0.3, { endpoints: [{ address: `10.1.0.${random.below(3)}` }] }),
    ...maybe(random, 0.2, { workloadSelector: { labels: { app: 's0' } } }),
    ...maybe(random, 0.3, { location: 'MESH_INTERNAL' }),
  },
  ...maybe(random, 0.2, { status: { addresses: [{ value: '240.240.0.7', host: random.pick(HOSTS) }] } }),
})

const service: Make = (random) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(random, `s${random.below(3)}`),
  spec: {
    ...random.pick<Fields>([
      { clusterIP: 'None' },
      { clusterIP: `10.96.0.${random.below(4)}` },
      { type: 'ExternalName', externalName: random.pick(HOSTS) },
      {},
    ]),
    selector: { app: random.pick(['s0', 's1']) },
    ports: [{ port: random.pick(PORTS), name: random.pick(['tcp', 'http', 'mysql', 'x']) }],
  },
})

const destinationRule: Make = (random, index) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: metadata(random, `d${index}`),
  spec: {
    host: random.pick(HOSTS),
    subsets: [{ name: 'v1', labels: { version: 'v1' } }],
    trafficPolicy: {
      connectionPool: { tcp: { idleTimeout: `${1 + random.below(3)}s` } },
      ...maybe(random, 0.4, { loadBalancer: { consistentHash: { useSourceIp: true } } }),
      ...maybe(random, 0.4, { tls: { mode: random.pick(['ISTIO_MUTUAL', 'SIMPLE', 'DISABLE']) } }),
    },
    ...maybe(random, 0.3, { exportTo: random.pick(EXPORTS) }),
  },
})

function routes(random: Random): Fields {
  const to = (): JsonValue => [{ destination: { host: random.pick(HOSTS), ...maybe(random, 0.3, { subset: 'v1' }) } }]
  const prefixed: Fields = { match: [{ uri: { prefix: '/a' } }], route: to() }
  return random.pick<() => Fields>([
    () => ({ http: [prefixed, { route: to() }] }),
    () => ({ tcp: [{ match: [{ port: random.pick(PORTS) }], route: to() }] }),
    () => ({ tls: [{ match: [{ sniHosts: [random.pick(HOSTS)], port: random.pick(PORTS) }], route: to() }] }),
  ])()
}

const virtualService: Make = (random, index) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: metadata(random, `v${index}`),
  spec: {
    hosts: [random.pick(HOSTS)],
    ...routes(random),
    ...maybe(random, 0.3, { gateways: random.pick([['mesh'], ['default/g'], ['mesh', 'default/g']]) }),
    ...maybe(random, 0.3, { exportTo: random.pick(EXPORTS) }),
  },
})

function egress(random: Random): JsonValue[] {
  const port = { number: random.pick(PORTS), name: 'e', protocol: random.pick(PROTOCOLS) }
  const ofPort = random.chance(0.3) ? [{ port, hosts: ['*/*'] }] : []
  return [...ofPort, { hosts: [random.pick(['*/*', './*', 'a/*', '*/h0.example.com']), 'istio-system/*'] }]
}

const sidecar: Make = (random) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: metadata(random, 'sidecar'),
  spec: {
    egress: egress(random),
    ...maybe(random, 0.3, { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }),
    ...maybe(random, 0.3, { ingress: [{ port: { number: 80, name: 'i', protocol: 'HTTP' }, defaultEndpoint: ':80' }] }),
  },
})

const meshConfig: Make = (random) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: {
    mesh: JSON.stringify({
      outboundClusterStatName: random.pick(['', '%SERVICE%_%SERVICE_PORT%']),
      defaultServiceExportTo: random.pick([['*'], ['.']]),
      outboundTrafficPolicy: { mode: random.pick(['ALLOW_ANY', 'REGISTRY_ONLY']) },
      trustDomain: random.pick(['cluster.local', 'td']),
      rootNamespace: random.pick(['istio-system', 'a']),
      ...maybe(random, 0.3, { defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' } } }),
      ...maybe(random, 0.3, { discoverySelectors: [{ matchLabels: { seen: 'yes' } }] }),
    }),
  },
})

const namespace: Make = (random) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: random.pick(NAMESPACES),
    labels: { ...maybe(random, 0.7, { seen: 'yes' }), ...maybe(random, 0.3, { 'topology.istio.io/network': 'n1' }) },
    ...maybe(random, 0.3, { annotations: { 'networking.istio.io/traffic-distribution': 'PreferClose' } }),
  },
})

const pod: Make = (random, index) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(random, `p${index}`, { labels: { app: random.pick(['s0', 's1']), version: 'v1' } }),
  spec: { containers: [{ name: 'app' }], hostname: 'own', subdomain: 's0' },
  ...maybe(random, 0.6, {
    status: {
      phase: 'Running',
      podIP: `10.2.0.${index}`,
      podIPs: [{ ip: `10.2.0.${index}` }],
      conditions: [{ type: 'Ready', status: random.pick(['True', 'False']) }],
    },
  }),
})

const endpointSlice: Make = (random, index) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: metadata(random, `l${index}`, { labels: { 'kubernetes.io/service-name': `s${random.below(3)}` } }),
  addressType: 'IPv4',
  endpoints: [{ addresses: [`10.2.0.${random.below(SLOTS)}`], conditions: { ready: random.chance(0.7) } }],
  ports: [{ name: random.pick(['tcp', 'http']), port: 8080 }],
})

const workloadEntry: Make = (random, index) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'WorkloadEntry',
  metadata: metadata(random, `w${index}`),
  spec: { address: `10.3.0.${random.below(3)}`, labels: { app: 's0' }, ...maybe(random, 0.3, { weight: 2 }) },
})

const deployment: Make = (random, index) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(random, `deploy${index}`),
  spec: {
    selector: { matchLabels: { app: 's1' } },
    template: {
      metadata: { labels: { app: 's1' } },
      spec: { containers: [{ name: 'app', ports: [{ containerPort: 80 }] }] },
    },
  },
})

const gateway: Make = (random) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name: 'g', namespace: random.pick(['default', 'a']) },
  spec: {
    selector: { istio: 'ingressgateway' },
    servers: [
      { port: { number: 80, name: 'http', protocol: random.pick(['HTTP', 'TCP']) }, hosts: [random.pick(HOSTS)] },
    ],
  },
})

const peerAuthentication: Make = (random, index) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: metadata(random, `pa${index}`),
  spec: { mtls: { mode: random.pick(['STRICT', 'DISABLE', 'PERMISSIVE']) } },
})

/** Of every kind, and mostly ServiceEntries without anything that makes all of them depend on each other. */
export const MANY_KINDS: readonly Make[] = [
  ...[serviceEntry, serviceEntry, serviceEntry, serviceEntry, serviceEntry],
  ...[service, service, destinationRule, destinationRule, virtualService, virtualService],
  ...[sidecar, meshConfig, namespace, pod, endpointSlice, workloadEntry, deployment, gateway, peerAuthentication],
]

export const MOSTLY_ENTRIES: readonly Make[] = [
  ...Array.from({ length: 9 }, () => serviceEntry),
  ...[service, service, pod, endpointSlice],
]

/** One file with a fixed number of places for objects, each of which may change. */
export class DenseMesh {
  readonly #random: Random
  readonly #kinds: readonly Make[]
  readonly #slots: string[]

  /** @param kinds of the objects, in turns */
  constructor(random: Random, kinds: readonly Make[]) {
    this.#random = random
    this.#kinds = kinds
    this.#slots = Array.from({ length: SLOTS }, (_, index) => this.#text(index))
  }

  get files(): readonly SourceFile[] {
    return [{ name: 'mesh.yaml', text: this.#slots.join('') }]
  }

  /** Replaces or removes an object, or gives the place of a removed one to a new object. */
  edit(): void {
    const index = this.#random.below(SLOTS)
    this.#slots[index] = this.#random.chance(0.2) ? '' : this.#text(index)
  }

  /** The kind of a place stays the same, so that most edits change an object in a field or two. */
  #text(index: number): string {
    const make = this.#kinds[index % this.#kinds.length] ?? serviceEntry
    return `---\n${JSON.stringify(make(this.#random, index), undefined, 1)}\n`
  }
}
