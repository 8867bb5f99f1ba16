import {
  type EnvoyListener,
  type ListenersResult,
  planSidecar,
  writeListeners,
} from '../../../src/envoy/listeners/index.ts'
import { computeMesh, computeProxyView } from '../../../src/pipeline.ts'
import { type Node, parseNode } from '../../../src/proxy/node.ts'
import { MASTER } from '../../../src/releases/version.ts'
import { buildSnapshot } from '../../../src/resources/index.ts'
import type { ProxyView } from '../../../src/scope/view.ts'
import { parseDocuments } from '../../../src/sources/index.ts'

export interface ViewOptions {
  readonly metadata?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

const METADATA = { NAMESPACE: 'default', CLUSTER_ID: 'Kubernetes', LABELS: { app: 'client' }, DNS_CAPTURE: 'true' }

function nodeOf(metadata: Readonly<Record<string, string>>): Node {
  const id = 'sidecar~10.0.0.9~client.default~default.svc.cluster.local'
  return parseNode({ id, metadata: { ...METADATA, INSTANCE_IPS: '10.0.0.9', ...metadata } }, 'node.yaml')
}

/** The view of the sidecar `client` in `default`. */
export function viewOf(manifests: string, { metadata = {}, env = {} }: ViewOptions = {}): ProxyView {
  const { documents } = parseDocuments({ name: 'input.yaml', text: manifests }, '')
  const snapshot = buildSnapshot(documents, {
    clusterId: 'Kubernetes',
    remotes: [],
    istiodEnv: new Map(Object.entries(env)),
    istioVersion: MASTER,
  })
  return computeProxyView(computeMesh(snapshot), nodeOf(metadata))
}

export function listenersOf(manifests: string, options?: ViewOptions): ListenersResult {
  return writeListeners(planSidecar(viewOf(manifests, options)))
}

/** The listener with a name, as Envoy receives it. */
export function listenerNamed(result: ListenersResult, name: string): EnvoyListener {
  const found = result.listeners.filter((listener) => listener.resource.name === name)
  const [only] = found
  if (!only || found.length > 1) throw new Error(`${found.length} listeners are named ${name}`)
  return JSON.parse(JSON.stringify(only.resource))
}

export const namesOf = (result: ListenersResult): string[] =>
  result.listeners.map((listener) => listener.resource.name).sort()

export interface EntryOptions {
  readonly time?: string
  readonly addresses?: readonly string[]
  readonly resolution?: string
  readonly namespace?: string
}

/** A ServiceEntry `NAME` for host `NAME.example.com` with one port; protocol '' means none. */
export function entry(name: string, protocol: string, port: number, options: EntryOptions = {}): string {
  const { time, addresses = [], resolution = 'NONE', namespace = 'default' } = options
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${name}
  namespace: ${namespace}
${time ? `  creationTimestamp: '${time}'\n` : ''}spec:
  hosts: [${name}.example.com]
  addresses: ${JSON.stringify(addresses)}
  resolution: ${resolution}
  ports:
  - {number: ${port}, name: p${protocol && `, protocol: ${protocol}`}}
---`
}

/** The Service of the client's own pod, with two inbound ports. */
export const CLIENT = `
apiVersion: v1
kind: Service
metadata: {name: client, namespace: default}
spec:
  clusterIP: 10.96.0.9
  selector: {app: client}
  ports:
  - {name: http, port: 80, targetPort: 8080}
  - {name: grpc, port: 90, targetPort: 9090}
---`
