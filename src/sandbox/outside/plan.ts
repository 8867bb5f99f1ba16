/** What a sandbox consists of, computed from a mesh: files of Envoys, echo servers, names and rules. */
import { join } from 'node:path'
import { LookupTable } from '../../dns/lookup-table.ts'
import { buildNameTable } from '../../dns/name-table.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import type { Mesh } from '../../pipeline.ts'
import { spiffeUri, trustDomainOf } from '../../registry/identity.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { outboundLists } from '../../simulation/capture.ts'
import { type Cluster, type ReceivedResources, receivedResources } from '../../simulation/resources.ts'
import { type EnvoyFiles, envoyFiles, plainName } from '../envoy/files.ts'
import { isObject, type Json } from '../envoy/json.ts'
import type { EchoPlan, EnvoyStart, Workload } from '../messages.ts'
import { nftScript, PORTS } from '../network/rules.ts'
import { Senders } from '../network/sources.ts'
import { NO_OTHERS, otherProxies } from './others.ts'
import { resolvedHosts, Upstream } from './upstream.ts'

/** An Envoy of the sandbox. */
export interface PlannedEnvoy extends EnvoyStart, EnvoyFiles {
  /** Of its workload: `spiffe://...` */
  readonly identity: string
  /** Hosts for which it may end TLS. */
  readonly serverNames: readonly string[]
}

export interface SandboxPlan {
  readonly view: ProxyView
  readonly resources: ReceivedResources
  readonly table: LookupTable
  readonly echo: EchoPlan
  readonly envoys: readonly PlannedEnvoy[]
  /** What stock Envoy lacks. */
  readonly removed: readonly string[]
  /** Proxies on the other side that do not run, because there are too many. */
  readonly othersLeft: number
}

/** Of clients that ask for no port in particular. */
const USUAL_PORTS = [80, 443]
const DEFAULT_ACCOUNT = 'default'
/** Files of routes and endpoints of the client's Envoy. */
const MOST_WATCHED = 32
/** Of Envoys besides the client's. */
const FIRST_OTHER_ADMIN = 15_100
const FIRST_ECHO_PORT = 20_000
const LAST_ECHO_PORT = 60_000
const MYSQL = 'MySQL'
const MYSQL_PORT = 3306
const PASSES_NAMES: ReadonlySet<Service['resolution']> = new Set(['Passthrough', 'DynamicDNS'])

const RESOLVER: Json = {
  name: 'envoy.network.dns_resolver.cares',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
    resolvers: [{ socketAddress: { address: '127.0.0.1', portValue: PORTS.upstreamDns } }],
    dnsResolverOptions: { noDefaultSearchDomain: true },
  },
}

function endpointPorts({ cds, eds }: ReceivedResources): readonly number[] {
  const assignments = [...eds, ...cds.flatMap(({ loadAssignment }) => loadAssignment ?? [])]
  return assignments.flatMap(({ endpoints = [] }) =>
    endpoints.flatMap(({ lbEndpoints = [] }) =>
      lbEndpoints.map(({ endpoint }) => endpoint?.address?.socketAddress?.portValue ?? 0),
    ),
  )
}

const listenerPorts = ({ lds }: ReceivedResources): readonly number[] =>
  lds.map(({ address }) => address?.socketAddress?.portValue ?? 0)

/** Whether the servers of a cluster send first: those of MySQL, which its port tells if its protocol is not stated. */
export function isServerFirst(cluster: string, { serviceByHost }: ProxyView): boolean {
  const [, port = '', , host = ''] = cluster.split('|')
  if (Number(port) === MYSQL_PORT) return true
  const stated = serviceByHost.get(host)?.ports.find(({ number }) => number === Number(port))
  return stated?.protocol === MYSQL
}

function workloadsOf({ registry }: Mesh): ReadonlyMap<string, Workload> {
  return new Map(
    registry.workloads.all.flatMap(({ kind, namespace, name, addresses, endpoint }) => {
      const identity = endpoint.serviceAccount || undefined
      return addresses.map((address) => [address, { name: `${kind} ${namespace}/${name}`, identity }] as const)
    }),
  )
}

function nodeOf({ proxy }: ProxyView): Json {
  const [region = '', zone = '', subZone = ''] = proxy.locality.split('/')
  return { id: proxy.nodeId, cluster: proxy.id, locality: { region, zone, subZone } }
}

function identityOf({ proxy, registry }: ProxyView): string {
  const trustDomain = trustDomainOf(registry.snapshot.mesh.trustDomain)
  return spiffeUri(trustDomain, proxy.namespace, proxy.serviceAccount || DEFAULT_ACCOUNT)
}

/** Subject alternative names that the TLS of a cluster asks for. */
function wantedNames(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(wantedNames)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => {
    if (key !== 'matchSubjectAltNames' || !Array.isArray(item)) return wantedNames(item)
    return item.flatMap((matcher) => (isObject(matcher) && typeof matcher.exact === 'string' ? [matcher.exact] : []))
  })
}

const serverNamesOf = ({ lds }: ReceivedResources): readonly string[] => [
  ...new Set(
    lds.flatMap(({ filterChains = [] }) =>
      filterChains.flatMap(({ filterChainMatch }) => filterChainMatch?.serverNames ?? []),
    ),
  ),
]

/** Hosts that clients look up outside of the mesh. */
const passedNames = ({ registry }: Mesh): readonly string[] =>
  registry.services
    .filter((service) => service.registry === 'External' && PASSES_NAMES.has(service.resolution))
    .map(({ hostname }) => hostname)

export class Planner {
  readonly upstream: Upstream
  readonly #folder: string
  readonly #senders = new Senders()
  readonly #echoPorts = new Map<number, number>()
  #nextEcho = FIRST_ECHO_PORT
  readonly #adminPorts = new Map<string, number>()

  /**
   * @param folder for the files of Envoys
   * @param given addresses of names outside of the mesh
   */
  constructor(folder: string, given: ReadonlyMap<string, string>) {
    this.#folder = folder
    this.upstream = new Upstream(given)
  }

  /** A port keeps its echo server when the mesh changes. Ports beyond the last one have the server of all others. */
  #open(ports: Iterable<number>, taken: ReadonlySet<number>): void {
    for (const port of ports) {
      if (port === 0 || this.#echoPorts.has(port)) continue
      while (taken.has(this.#nextEcho)) this.#nextEcho++
      if (this.#nextEcho > LAST_ECHO_PORT) return
      this.#echoPorts.set(port, this.#nextEcho++)
    }
  }

  /** An Envoy keeps its port when the mesh changes. */
  #adminPortOf({ proxy }: ProxyView): number {
    const port = this.#adminPorts.get(proxy.id) ?? FIRST_OTHER_ADMIN + this.#adminPorts.size
    this.#adminPorts.set(proxy.id, port)
    return port
  }

  #envoyOf(view: ProxyView, resources: ReceivedResources, adminPort: number): PlannedEnvoy {
    const { id: name } = view.proxy
    const folder = join(this.#folder, plainName(name))
    const bindOf = (cluster: Cluster): Json =>
      this.#senders.bindOf({
        proxy: name,
        cluster: cluster.name,
        wantedNames: wantedNames(cluster),
        serverFirst: isServerFirst(cluster.name, view),
      })
    const mostWatched = adminPort === PORTS.admin ? MOST_WATCHED : 0
    const node = nodeOf(view)
    const files = envoyFiles(resources, { folder, node, adminPort, mostWatched, resolver: RESOLVER, bindOf })
    return { name, folder, adminPort, ...files, identity: identityOf(view), serverNames: serverNamesOf(resources) }
  }

  /**
   * The Envoy of a proxy that runs without namespaces.
   * @param resources whose endpoints are on loopback
   * @param door the listener through which connections come
   */
  boundEnvoy(view: ProxyView, resources: ReceivedResources, adminPort: number, door: Json): PlannedEnvoy {
    const { id: name } = view.proxy
    const folder = join(this.#folder, plainName(name))
    const settings = { folder, node: nodeOf(view), adminPort, mostWatched: 0, resolver: RESOLVER, door }
    const files = envoyFiles(resources, { ...settings, bindOf: () => ({}) })
    return { name, folder, adminPort, ...files, identity: identityOf(view), serverNames: serverNamesOf(resources) }
  }

  /** @param withOthers whether the proxies on the other side run too */
  plan(mesh: Mesh, view: ProxyView, withOthers: boolean): SandboxPlan {
    const { proxy } = view
    const resources = receivedResources(buildEnvoyResources(view))
    const table = new LookupTable(buildNameTable(view), view)
    const others = withOthers ? otherProxies(mesh, view, resources) : NO_OTHERS
    const all = [resources, ...others.proxies.map((other) => other.resources)]
    this.upstream.use([...all.flatMap(resolvedHosts), ...passedNames(mesh)], table)
    const bound = all.flatMap(listenerPorts)
    this.#open([...USUAL_PORTS, ...bound, ...all.flatMap(endpointPorts)], new Set(bound))
    const envoys = [
      this.#envoyOf(view, resources, PORTS.admin),
      ...others.proxies.map((other) => this.#envoyOf(other.view, other.resources, this.#adminPortOf(other.view))),
    ]
    const rules = nftScript({
      ownAddresses: proxy.ips,
      lists: outboundLists(proxy.pod),
      redirects: proxy.type === 'sidecar' && proxy.interceptionMode !== 'NONE',
      capturesDns: proxy.dnsCapture,
      entries: others.entries,
      echoPorts: this.#echoPorts,
    })
    const echo: EchoPlan = {
      rules,
      ports: new Map(this.#echoPorts),
      senders: this.#senders.byIndex,
      workloads: workloadsOf(mesh),
    }
    const removed = [...new Set(envoys.flatMap((envoy) => [...envoy.removed]))].sort()
    return { view, resources, table, echo, envoys, removed, othersLeft: others.left }
  }
}
