/** Meshes of a given shape and size as YAML, each large in a different way. */
import { CAPTURE, meshText } from './mesh.ts'

/** The number of namespaces of a shape's objects. */
const NAMESPACES = 50
const PODS_A_SERVICE = 100

const namespaceOf = (index: number): string => `team-${index % NAMESPACES}`

/** Addresses of 10.0.0.0/8 in order. */
const addressOf = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`

function times(count: number, documentOf: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => documentOf(index))
}

function service(index: number): string {
  return `apiVersion: v1
kind: Service
metadata: {name: web-${index}, namespace: ${namespaceOf(index)}}
spec:
  clusterIP: 172.${16 + ((index >> 16) & 15)}.${(index >> 8) & 255}.${index & 255}
  selector: {app: web-${index}}
  ports: [{name: http, port: 80, targetPort: 8080}]
`
}

function pod(index: number): string {
  const owner = Math.floor(index / PODS_A_SERVICE)
  return `apiVersion: v1
kind: Pod
metadata: {name: web-${index}, namespace: ${namespaceOf(owner)}, labels: {app: web-${owner}, version: v${index % 3}}}
spec: {serviceAccountName: web, nodeName: node-${index % 100}}
status: {phase: Running, podIP: ${addressOf(index)}, podIPs: [{ip: ${addressOf(index)}}], conditions: [{type: Ready, status: "True"}]}
`
}

function slice(index: number): string {
  const owner = Math.floor(index / PODS_A_SERVICE)
  return `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-${index}, namespace: ${namespaceOf(owner)}, labels: {kubernetes.io/service-name: web-${owner}}}
addressType: IPv4
endpoints: [{addresses: [${addressOf(index)}], conditions: {ready: true}, targetRef: {kind: Pod, name: web-${index}}}]
ports: [{name: http, port: 8080}]
`
}

/** Services with a selector, a hundred pods each, a slice per pod, and entries that select the same pods. */
function pods(size: number): string[] {
  const services = Math.ceil(size / PODS_A_SERVICE)
  const entries = times(services, (index) =>
    entry(
      `selecting-${index}`,
      namespaceOf(index),
      `hosts: [pods-${index}.example.com]
  ports: [{number: 9000, name: tcp, protocol: TCP}]
  resolution: STATIC
  workloadSelector: {labels: {app: web-${index}}}`,
    ),
  )
  return [...times(services, service), ...times(size, pod), ...times(size, slice), ...entries]
}

function entry(name: string, namespace: string, spec: string): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  ${spec}
`
}

const listOf = (count: number, itemOf: (index: number) => string): string =>
  times(count, (index) => `  - ${itemOf(index)}\n`).join('')

/** One entry with many hosts, one with many endpoints, and one with a tenth as many ports (at most 65,535). */
function hostsInOneEntry(size: number): string[] {
  const ports = listOf(Math.ceil(size / 10), (index) => `{number: ${index + 1024}, name: tcp-${index}, protocol: TCP}`)
  return [
    entry(
      'hosts',
      'team-1',
      `resolution: DNS
  ports: [{number: 443, name: tls, protocol: TLS}, {number: 80, name: http, protocol: HTTP}]
  hosts:
${listOf(size, (index) => `host-${index}.example.com`)}`,
    ),
    entry(
      'endpoints',
      'team-1',
      `hosts: [endpoints.example.com]
  resolution: STATIC
  ports: [{number: 5432, name: tcp, protocol: TCP}]
  endpoints:
${listOf(size, (index) => `address: ${addressOf(index)}`)}`,
    ),
    entry('ports', 'team-1', `hosts: [ports.example.com]\n  resolution: DNS\n  ports:\n${ports}`),
  ]
}

/** Entries with wildcard hosts, and VirtualServices and DestinationRules for names below them. */
function wildcards(size: number): string[] {
  const entries = times(size, (index) =>
    entry(
      `wild-${index}`,
      namespaceOf(index),
      `hosts: ["*.${index}.example.com"]
  ports: [{number: ${index % 2 ? 443 : 80}, name: port, protocol: ${index % 2 ? 'TLS' : 'HTTP'}}]
  resolution: NONE`,
    ),
  )
  const rules = times(
    size,
    (index) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: rule-${index}, namespace: ${namespaceOf(index)}}
spec: {host: "*.${index}.example.com", trafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}}
`,
  )
  return [...entries, ...rules, ...times(Math.ceil(size / 10), (index) => route(index, `a.${index}.example.com`))]
}

function route(index: number, host: string): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: route-${index}, namespace: ${namespaceOf(index)}}
spec:
  hosts: ["${host}"]
  http:
  - match: [{uri: {prefix: /a}}]
    route: [{destination: {host: "${host}"}}]
  - route: [{destination: {host: web-0.team-0.svc.cluster.local}}]
`
}

/** One VirtualService per Service. */
function virtualServices(size: number): string[] {
  const routes = times(size, (index) => route(index, `web-${index}.${namespaceOf(index)}.svc.cluster.local`))
  return [...times(size, service), ...routes]
}

/** The number of Gateways of a mesh of HTTPRoutes. */
const GATEWAYS = 100

/** HTTPRoutes of a hundred Gateways, each for a host of its own, and a tenth as many Services. */
function httpRoutes(size: number): string[] {
  const services = Math.ceil(size / 10)
  const gateways = times(
    GATEWAYS,
    (index) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw-${index}, namespace: edge}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
`,
  )
  const routes = times(size, (index) => {
    const backend = index % services
    return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route-${index}, namespace: ${namespaceOf(backend)}}
spec:
  parentRefs: [{name: gw-${index % GATEWAYS}, namespace: edge}]
  hostnames: [host-${index}.example.com]
  rules:
  - matches: [{path: {value: /api}}]
    backendRefs: [{name: web-${backend}, port: 80}]
  - backendRefs: [{name: web-${backend}, port: 80}]
`
  })
  return [...gateways, ...times(services, service), ...routes]
}

/** Sidecars with a workload selector, one for a namespace with as many hosts, and a tenth as many Services. */
function sidecars(size: number): string[] {
  const chosen = times(
    size,
    (index) => `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: sidecar-${index}, namespace: ${namespaceOf(index)}}
spec:
  workloadSelector: {labels: {app: web-${index}}}
  egress: [{hosts: ["./*", "istio-system/*"]}]
`,
  )
  const services = Math.ceil(size / 10)
  const hosts = listOf(
    services,
    (index) => `"${namespaceOf(index)}/web-${index}.${namespaceOf(index)}.svc.cluster.local"`,
  )
  const wide = `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-1}
spec:
  egress:
  - hosts:
${hosts.replaceAll('  - ', '    - ')}    - "~team-2/*"
    - "*/*.example.com"
`
  return [...chosen, wide, ...times(services, service)]
}

const SHAPES = {
  pods,
  'hosts-in-one-entry': hostsInOneEntry,
  wildcards,
  sidecars,
  virtualservices: virtualServices,
  httproutes: httpRoutes,
}

export type Shape = 'entries' | keyof typeof SHAPES

export const SHAPE_NAMES: readonly Shape[] = ['entries', ...(Object.keys(SHAPES) as (keyof typeof SHAPES)[])]

/** @param size the number of objects of the kind that names the shape */
export function shapeText(shape: Shape, size: number): string {
  return shape === 'entries' ? meshText(size) : [CAPTURE, ...SHAPES[shape](size)].join('---\n')
}
