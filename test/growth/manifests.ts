/** Manifests for meshes that are long in one dimension, as YAML. */

export const list = (count: number, itemOf: (index: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => itemOf(index))

/** A YAML flow sequence. */
export const items = (count: number, itemOf: (index: number) => string): string => `[${list(count, itemOf).join(', ')}]`

export const together = (...documents: readonly (string | readonly string[])[]): string =>
  documents.flat().join('---\n')

/** @param more fields of the metadata, with a comma in front */
function object(apiVersion: string, kind: string, name: string, namespace: string, body: string, more = ''): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}${more}}\n${body}\n`
}

const NETWORKING = 'networking.istio.io/v1'

/** @param spec the fields of a spec, in flow style and without its braces */
export const istio = (kind: string, name: string, spec: string, namespace = 'shop'): string =>
  object(NETWORKING, kind, name, namespace, `spec: {${spec}}`)

const TLS = 'ports: [{number: 443, name: tls, protocol: TLS}]'
const HTTP = 'ports: [{number: 80, name: http, protocol: HTTP}]'
export const TCP = 'ports: [{number: 3306, name: tcp, protocol: TCP}]'

export interface EntryShape {
  readonly name?: string
  readonly namespace?: string
  readonly hosts?: string
  readonly ports?: string
  readonly resolution?: string
  /** Further fields of the spec, with a comma in front. */
  readonly more?: string
}

export function entry(shape: EntryShape = {}): string {
  const { name = 'db', namespace, hosts = '[db.example.com]', ports = TLS, resolution = 'DNS', more = '' } = shape
  return istio('ServiceEntry', name, `hosts: ${hosts}, ${ports}, resolution: ${resolution}${more}`, namespace)
}

/** An entry whose traffic is HTTP, for routes. */
export const httpEntry = (shape: EntryShape = {}): string => entry({ ports: HTTP, ...shape })

export const service = (name: string, spec = 'ports: [{name: http, port: 80}]', namespace = 'shop'): string =>
  object('v1', 'Service', name, namespace, `spec: {selector: {app: ${name}}, ${spec}}`)

export const address = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`

/** @param labels in flow style, without braces */
export const pod = (name: string, index: number, labels: string): string =>
  object(
    'v1',
    'Pod',
    name,
    'shop',
    `spec: {serviceAccountName: web}\nstatus: {phase: Running, podIP: ${address(index)}, podIPs: [{ip: ${address(index)}}], conditions: [{type: Ready, status: "True"}]}`,
    `, labels: {${labels}}`,
  )

export const endpointSlice = (name: string, owner: string, endpoints: string): string =>
  object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    name,
    'shop',
    `addressType: IPv4\nendpoints: ${endpoints}\nports: [{name: http, port: 80}]`,
    `, labels: {kubernetes.io/service-name: ${owner}}`,
  )

export const namespaceObject = (name: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {team: ${name}}}\n`

/** @param lines of the mesh configuration */
export const meshConfig = (...lines: readonly string[]): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n${lines.map((line) => `    ${line}\n`).join('')}`

/** @param lines of the networks */
export const meshNetworks = (...lines: readonly string[]): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: "{}"\n  meshNetworks: |\n${lines.map((line) => `    ${line}\n`).join('')}`
