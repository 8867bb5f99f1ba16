import type { RouterGateways } from '../../../src/envoy/gateways/index.ts'
import { buildEnvoyResources, type EnvoyResources } from '../../../src/envoy/index.ts'
import type { EnvoyListener, FilterChain } from '../../../src/envoy/listeners/index.ts'
import type { VirtualHost } from '../../../src/envoy/routes/index.ts'
import { computeMesh, computeProxyView } from '../../../src/pipeline.ts'
import { parseNode } from '../../../src/proxy/node.ts'
import { MASTER } from '../../../src/releases/version.ts'
import { buildSnapshot } from '../../../src/resources/index.ts'
import { parseDocuments } from '../../../src/sources/index.ts'

interface RouterOptions {
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

/** The resources of the router `gw` in `istio-system`, labelled `istio: gw`. */
export class Router {
  readonly resources: EnvoyResources

  constructor(manifests: string, { metadata = {}, env = {} }: RouterOptions = {}) {
    const { documents } = parseDocuments({ name: 'mesh.yaml', text: manifests }, '')
    const snapshot = buildSnapshot(documents, {
      clusterId: 'Kubernetes',
      remotes: [],
      istiodEnv: new Map(Object.entries(env)),
      istioVersion: MASTER,
    })
    const node = parseNode(
      {
        id: 'router~10.0.0.9~gw.istio-system~istio-system.svc.cluster.local',
        metadata: { NAMESPACE: 'istio-system', CLUSTER_ID: 'Kubernetes', LABELS: { istio: 'gw' }, ...metadata },
      },
      'test node',
    )
    this.resources = buildEnvoyResources(computeProxyView(computeMesh(snapshot), node))
  }

  get gateways(): RouterGateways {
    const { gateways } = this.resources
    if (!gateways) throw new Error('not a router')
    return gateways
  }

  get listenerNames(): string[] {
    return this.resources.listeners.listeners.map(({ resource }) => resource.name)
  }

  listener(name: string): EnvoyListener {
    const found = this.resources.listeners.listeners.find(({ resource }) => resource.name === name)
    if (!found) throw new Error(`${name} is not one of ${this.listenerNames.join(', ')}`)
    return JSON.parse(JSON.stringify(found.resource))
  }

  /** The only filter chain of a listener. */
  chain(name: string): FilterChain {
    const [only, second] = this.listener(name).filterChains
    if (!only || second) throw new Error(`${name} has not one chain`)
    return only
  }

  /** The settings of the last filter in a listener's only chain. */
  lastFilter(name: string): Readonly<Record<string, unknown>> {
    return this.chain(name).filters.at(-1)?.typedConfig ?? {}
  }

  hosts(routeName: string): readonly VirtualHost[] {
    const found = this.resources.routes.find(({ resource }) => resource.name === routeName)
    if (!found) {
      const names = this.resources.routes.map(({ resource }) => resource.name)
      throw new Error(`${routeName} is not one of ${names.join(', ')}`)
    }
    return JSON.parse(JSON.stringify(found.resource.virtualHosts ?? []))
  }

  get clusterNames(): string[] {
    return this.resources.clusters.map(({ resource }) => resource.name)
  }
}

interface Meta {
  readonly namespace?: string
  readonly second?: number
}

function object(kind: string, name: string, spec: object, { namespace = 'default', second = 1 }: Meta): string {
  const metadata = { name, namespace, creationTimestamp: `2024-01-01T00:00:0${second}Z` }
  return `${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind, metadata, spec })}\n---\n`
}

export interface ServerOptions {
  readonly hosts?: readonly string[]
  readonly tls?: object
  readonly bind?: string
  readonly name?: string
}

/** A server whose port is named after its protocol and number. */
export function server(protocol: string, number: number, options: ServerOptions = {}): object {
  const port = { number, protocol, name: `${protocol.toLowerCase()}-${number}` }
  return { port, hosts: ['*'], ...options }
}

export function gateway(
  name: string,
  servers: readonly object[],
  meta: Meta & { readonly selector?: object } = {},
): string {
  return object('Gateway', name, { selector: meta.selector ?? { istio: 'gw' }, servers }, meta)
}

/** A VirtualService for `default/gw` unless the spec has gateways. */
export function virtualService(name: string, hosts: readonly string[], spec: object, meta: Meta = {}): string {
  return object('VirtualService', name, { hosts, gateways: ['default/gw'], ...spec }, meta)
}

export const to = (host: string, more: object = {}): object[] => [{ destination: { host, ...more } }]

export function service(
  name: string,
  ports: readonly object[],
  more: { readonly namespace?: string; readonly selector?: object; readonly labels?: object } = {},
): string {
  const { namespace = 'default', selector = { app: name }, labels = {} } = more
  const manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels, creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ports, selector },
  }
  return `${JSON.stringify(manifest)}\n---\n`
}

export function meshConfig(mesh: object): string {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: JSON.stringify(mesh) },
  }
  return `${JSON.stringify(manifest)}\n---\n`
}
