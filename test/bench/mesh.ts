/** A mesh of a given size as YAML: ServiceEntries of the usual types, and a fifth as many Services. */

const NAMESPACES = 50

/** Types of entries, in realistic proportions. */
const SHAPES = [
  { protocol: 'HTTPS', port: 443, resolution: 'DNS' },
  { protocol: 'TCP', port: 3306, resolution: 'DNS' },
  { protocol: 'HTTP', port: 80, resolution: 'DNS' },
  { protocol: 'TCP', port: 5432, resolution: 'STATIC' },
  { protocol: 'HTTPS', port: 443, resolution: 'DNS' },
  { protocol: 'MONGO', port: 27018, resolution: 'STATIC' },
  { protocol: 'HTTPS', port: 443, resolution: 'NONE' },
  { protocol: 'GRPC', port: 8443, resolution: 'DNS' },
] as const

/** How many entries in a row are of different types. */
export const TYPES = SHAPES.length

function serviceEntry(index: number): string {
  const shape = SHAPES[index % SHAPES.length] as (typeof SHAPES)[number]
  const endpoints =
    shape.resolution === 'STATIC'
      ? `  endpoints:\n  - address: 10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}\n    locality: us-east/a\n`
      : ''
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: external-${index}
  namespace: team-${index % NAMESPACES}
  labels:
    app: external-${index}
spec:
  hosts:
  - host-${index}.example.com
  ports:
  - number: ${shape.port}
    name: ${shape.protocol.toLowerCase()}-${shape.port}
    protocol: ${shape.protocol}
  location: MESH_EXTERNAL
  resolution: ${shape.resolution}
${endpoints}`
}

function service(index: number): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: web-${index}
  namespace: team-${index % NAMESPACES}
spec:
  clusterIP: 10.${96 + ((index >> 16) & 15)}.${(index >> 8) & 255}.${index & 255}
  selector:
    app: web-${index}
  ports:
  - name: http
    port: 80
    targetPort: 8080
  - name: tcp-admin
    port: 9000
`
}

/** A mesh whose proxies capture DNS. */
export const CAPTURE = `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |
    defaultConfig:
      proxyMetadata:
        ISTIO_META_DNS_CAPTURE: "true"
`

const REQUESTS = 10_000

/** A suite of requests for the HTTP hosts of the mesh, which is in `mesh.yaml` beside it. */
export function suiteText(entries: number): string {
  const hosts = Array.from({ length: entries }, (_, index) => index).filter(
    (index) => SHAPES[index % SHAPES.length]?.protocol === 'HTTP',
  )
  const requests = Array.from(
    { length: REQUESTS },
    (_, index) => `  - {url: "http://host-${hosts[index % hosts.length]}.example.com/${index}"}\n`,
  )
  return `inputs: mesh.yaml\ntests:\n- requests:\n${requests.join('')}  expect: {outcome: reached}\n`
}

/** The same as `meshText`, document by document. */
export function meshDocuments(entries: number): string[] {
  const out = [CAPTURE]
  for (let index = 0; index < entries; index++) out.push(serviceEntry(index))
  for (let index = 0; index < Math.floor(entries / 5); index++) out.push(service(index))
  return out
}

/** @param entries the number of ServiceEntries; there are a fifth as many Services */
export const meshText = (entries: number): string => meshDocuments(entries).join('---\n')

/** What people change in an entry; one of them adds another one. */
const EDITS: readonly ((entry: string) => string)[] = [
  (entry) => entry.replace(/number: \d+/, 'number: 9001'),
  (entry) => entry.replace(/host-(\d+)/, 'moved-$1'),
  (entry) => entry.replace(/protocol: \w+/, 'protocol: TCP'),
  (entry) => `${entry}---\n${entry.replaceAll(/(external|host)-/g, 'added-')}`,
  () => '',
]

/** The same mesh after changes of entries, one kind of edit after the other. */
export function changedMeshText(entries: number, changes: number): string {
  const all = meshDocuments(entries)
  const step = Math.floor(entries / changes)
  for (let change = 0; change < changes; change++) {
    const at = 1 + change * step
    all[at] = EDITS[change % EDITS.length]?.(all[at] ?? '') ?? ''
  }
  return all.filter((text) => text !== '').join('---\n')
}
