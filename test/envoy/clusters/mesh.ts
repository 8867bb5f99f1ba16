import { buildClusters, type EnvoyCluster } from '../../../src/envoy/clusters/index.ts'
import { computeMesh, computeProxyView } from '../../../src/pipeline.ts'
import { parseNode } from '../../../src/proxy/node.ts'
import { MASTER } from '../../../src/releases/version.ts'
import { buildSnapshot } from '../../../src/resources/index.ts'
import type { ProxyView } from '../../../src/scope/view.ts'
import { parseDocuments } from '../../../src/sources/index.ts'

export interface ViewOptions {
  readonly type?: 'sidecar' | 'router'
  readonly metadata?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly locality?: { readonly region: string; readonly zone?: string; readonly subZone?: string }
  readonly env?: Readonly<Record<string, string>>
}

/** The view of a proxy in the namespace `default`. */
export function viewOf(manifests: string, options: ViewOptions = {}): ProxyView {
  const { type = 'sidecar', metadata = {}, labels = { app: 'client' }, locality, env = {} } = options
  const { documents } = parseDocuments({ name: 'mesh.yaml', text: manifests }, '')
  const istiodEnv = new Map(Object.entries(env))
  const snapshot = buildSnapshot(documents, { clusterId: 'Kubernetes', remotes: [], istiodEnv, istioVersion: MASTER })
  const node = parseNode(
    {
      id: `${type}~10.0.0.9~client.default~default.svc.cluster.local`,
      metadata: { NAMESPACE: 'default', CLUSTER_ID: 'Kubernetes', LABELS: { ...labels }, ...metadata },
      ...(locality && { locality: { ...locality } }),
    },
    'test node',
  )
  return computeProxyView(computeMesh(snapshot), node)
}

/** The message for Envoy, without unset fields. */
export const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value))

/** A proxy's clusters as they are sent, by name. */
export function clustersOf(manifests: string, options?: ViewOptions): ReadonlyMap<string, EnvoyCluster> {
  return new Map(buildClusters(viewOf(manifests, options)).map(({ resource }) => [resource.name, sent(resource)]))
}

export function clusterOf(manifests: string, name: string, options?: ViewOptions): EnvoyCluster {
  const clusters = clustersOf(manifests, options)
  const found = clusters.get(name)
  if (!found) throw new Error(`${name} is not one of ${[...clusters.keys()].join(', ')}`)
  return found
}

/** A ServiceEntry for `api.example.com`; `fields` is the rest of its spec. */
export function entry(fields: object, meta: object = {}): string {
  const spec = {
    hosts: ['api.example.com'],
    ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    resolution: 'STATIC',
    ...fields,
  }
  return manifest('networking.istio.io/v1', 'ServiceEntry', { name: 'api', ...meta }, { spec })
}

/** A DestinationRule for `api.example.com`. */
export function rule(spec: object): string {
  return manifest(
    'networking.istio.io/v1',
    'DestinationRule',
    { name: 'api' },
    { spec: { host: 'api.example.com', ...spec } },
  )
}

export const peerAuthentication = (name: string, namespace: string, spec: object): string =>
  manifest('security.istio.io/v1', 'PeerAuthentication', { name, namespace }, { spec })

export const meshConfig = (mesh: object, networks: object = {}): string =>
  manifest(
    'v1',
    'ConfigMap',
    { name: 'istio', namespace: 'istio-system' },
    { data: { mesh: JSON.stringify(mesh), meshNetworks: JSON.stringify(networks) } },
  )

/** One document, as JSON, which is YAML. */
export function manifest(apiVersion: string, kind: string, meta: object, body: object): string {
  return `${JSON.stringify({ apiVersion, kind, metadata: { namespace: 'default', ...meta }, ...body })}\n---\n`
}
