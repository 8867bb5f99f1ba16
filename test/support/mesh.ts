import { LookupTable, recordText } from '../../src/dns/lookup-table.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import { type Node, parseNode } from '../../src/proxy/node.ts'
import { MASTER, parseIstioVersion } from '../../src/releases/version.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { parseDocuments } from '../../src/sources/index.ts'

export interface MeshOptions {
  readonly env?: Readonly<Record<string, string>>
  /** The reference's main branch by default. */
  readonly version?: string
  /** Manifests of remote clusters by ID. */
  readonly remotes?: Readonly<Record<string, string>>
}

/** A mesh from manifests in the test. */
export function meshOf(manifests: string, { env = {}, version, remotes = {} }: MeshOptions = {}): Mesh {
  const documents = [['', manifests] as const, ...Object.entries(remotes)].flatMap(
    ([cluster, text]) => parseDocuments({ name: `${cluster || 'mesh'}.yaml`, text }, cluster).documents,
  )
  const istioVersion = version === undefined ? MASTER : parseIstioVersion(version)
  const snapshot = buildSnapshot(documents, {
    remotes: Object.keys(remotes),
    istiodEnv: new Map(Object.entries(env)),
    ...(istioVersion && { istioVersion }),
  })
  return computeMesh(snapshot)
}

export interface NodeOptions {
  readonly type?: string
  readonly namespace?: string
  readonly ips?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly search?: readonly string[]
}

/** A sidecar with DNS capture in namespace default. */
function sidecar(options: NodeOptions = {}): Node {
  const { type = 'sidecar', namespace = 'default', ips = '10.244.0.10', metadata = {}, labels = {}, search } = options
  return parseNode(
    {
      id: `${type}~${ips.split(',')[0]}~client.${namespace}~${namespace}.svc.cluster.local`,
      metadata: { NAMESPACE: namespace, DNS_CAPTURE: 'true', INSTANCE_IPS: ips, LABELS: { ...labels }, ...metadata },
      ...(search && { search: [...search] }),
    },
    'test node',
  )
}

export function viewOf(manifests: string, node: NodeOptions = {}, mesh: MeshOptions = {}): ProxyView {
  return computeProxyView(meshOf(manifests, mesh), sidecar(node))
}

/** Addresses by host, from the name table. */
export function tableOf(view: ProxyView): Record<string, readonly string[]> {
  return Object.fromEntries([...computeNameTable(view)].map(([host, record]) => [host, [...record.ips].sort()]))
}

/** The records of an answer, or `upstream`. */
export function dig(view: ProxyView, name: string, type = 'A'): readonly string[] | 'upstream' {
  const answer = new LookupTable(computeNameTable(view), view).lookup(name, type)
  return answer.kind === 'upstream' ? 'upstream' : answer.records.map(recordText)
}

/** A ServiceEntry; `spec` in flow or block style, indented by two. */
export function entry(name: string, spec: string, meta = ''): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${name}
  ${meta || 'namespace: default'}
spec:
${spec}
---`
}

/** An entry with one host and a TCP port, resolved by DNS. */
export function dnsEntry(name: string, host = `${name}.example.com`, meta = ''): string {
  return entry(
    name,
    `  hosts: ["${host}"]\n  resolution: DNS\n  ports: [{number: 443, name: tls, protocol: TLS}]`,
    meta,
  )
}

/** A Service with a cluster IP (or `None`) and one HTTP port. */
export function service(name: string, clusterIP: string, namespace = 'default', more = ''): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  clusterIP: ${clusterIP}
  ports: [{name: http, port: 80}]
${more}
---`
}

/** The mesh configuration in YAML, in its ConfigMap. */
export const meshConfig = (mesh: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
${mesh.trim().replace(/^/gm, '    ')}
---`

/** A ready pod with an IP. */
export function pod(name: string, ip: string, labels: string, more = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: default, labels: ${labels}}
spec:
  containers: [{name: app}]
${more}
status:
  phase: Running
  podIP: ${ip}
  podIPs: [{ip: ${ip}}]
  conditions: [{type: Ready, status: 'True'}]
---`
}

/** The slice of a Service's pods, ready ones and others. */
export function slice(serviceName: string, ready: readonly string[], unready: readonly string[] = []): string {
  const line = (ip: string, state: boolean) => `- {addresses: [${ip}], conditions: {ready: ${state}}}`
  return `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${serviceName}-1, namespace: default, labels: {kubernetes.io/service-name: ${serviceName}}}
addressType: IPv4
endpoints:
${[...ready.map((ip) => line(ip, true)), ...unready.map((ip) => line(ip, false))].join('\n')}
ports: [{name: http, port: 80}]
---`
}
