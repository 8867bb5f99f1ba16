/** Builds the registry: all workloads first, then services, joined once (aggregate/controller.go, model/push_context.go). */

import { appendAll } from '../common/collections.ts'
import { keeping, keepingEach, keepingWhole, type Memory } from '../common/memory.ts'
import { once } from '../common/once.ts'
import type { KubeService, Namespace, ServiceEntryResource } from '../kinds/index.ts'
import type { Resource } from '../kinds/resource.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import type { Endpoint, Workload } from './endpoint.ts'
import { indexPods } from './endpoint-slices.ts'
import { HostMap } from './host-map.ts'
import { type TrustDomain, trustDomainOf } from './identity.ts'
import { aliasesOf, HostServices, hostsOf, sortedByCreation, sortedByHost } from './indexes.ts'
import { type Instances, instancesByPort } from './instances.ts'
import { convertKubernetesService } from './kubernetes-services.ts'
import { workloadLabels } from './labels.ts'
import { networkGatewaysOf, networkResolver } from './networks.ts'
import type { Registry } from './registry.ts'
import type { ExternalService, KubernetesService, Service } from './service.ts'
import type { ServiceContext } from './service-context.ts'
import { convertServiceEntry } from './service-entries.ts'
import { clusterEndpoints, shardFinder } from './shards.ts'
import { TrafficDistributions } from './traffic-distribution.ts'
import { indexWorkloads } from './workload-index.ts'
import { entryLike, isLeftOut, isServing, type MeshContext, workloadOfEntry, workloadOfPod } from './workloads.ts'

const NO_SERVICES: readonly KubernetesService[] = []

/** The services of one cluster, by host. */
function servicesOfCluster(
  cluster: ClusterObjects,
  context: ServiceContext,
  memory: Memory | undefined,
): readonly KubernetesService[] {
  const namespaces = namespacesOf(cluster, cluster.services, { memory, name: 'services' })
  const services = convertServices(memory, cluster.id, cluster.services, namespaces, cluster.id, context)
  return sortedByHost(memory, cluster.id, services)
}

/** Adds a later cluster's addresses and identities to the service of an earlier cluster. */
const mergeCluster = keeping(
  (first: KubernetesService, later: KubernetesService, accounts: boolean): KubernetesService => ({
    ...first,
    clusterVIPs: new Map([...later.clusterVIPs, ...first.clusterVIPs]),
    serviceAccounts: accounts
      ? [...new Set([...first.serviceAccounts, ...later.serviceAccounts])]
      : first.serviceAccounts,
  }),
)

const convertServices = keepingEach(
  (service: KubeService, namespace: Namespace | undefined, clusterId: string, context: ServiceContext) =>
    convertKubernetesService(service, clusterId, namespace, context),
)
const convertEntries = keepingEach(convertServiceEntry)

/** The Namespace object of an object, if the input has it. */
const namespaceOfEach = keepingEach(
  ({ meta }: Resource, _: undefined, byName: ReadonlyMap<string, Namespace>): Namespace | undefined =>
    byName.get(meta.namespace),
)

const namespacesByName = keepingWhole(
  (namespaces: readonly Namespace[]): ReadonlyMap<string, Namespace> =>
    new Map(namespaces.map((namespace) => [namespace.meta.name, namespace])),
  () => undefined,
)

/** @param name identifies the list of objects of the cluster */
function namespacesOf(
  { id, namespaces }: ClusterObjects,
  objects: readonly Resource[],
  { memory, name }: { readonly memory: Memory | undefined; readonly name: string },
): readonly (Namespace | undefined)[] {
  return namespaceOfEach(memory, `${name} of ${id}`, objects, [], namespacesByName(memory, id, namespaces))
}

/**
 * Kubernetes services of all clusters, one per host (aggregate/controller.go Services).
 * @param accounts whether a service has the service accounts of all clusters instead of the first one's
 */
function mergeClusters(
  clusters: readonly (readonly KubernetesService[])[],
  accounts: boolean,
  memory: Memory | undefined,
): KubernetesService[] {
  const byHost = new Map<string, KubernetesService>()
  for (const services of clusters) {
    for (const service of services) {
      const first = byHost.get(service.hostname)
      byHost.set(service.hostname, first ? mergeCluster(memory, first, service, accounts) : service)
    }
  }
  return [...byHost.values()]
}

/** A cache of this many hosts: instances are cheap to make, and used several times in a row. */
const KEPT_INSTANCES = 1024

/** Endpoints of hosts by service port number. */
function instanceFinder(
  servicesOf: (namespace: string, host: string) => readonly Service[],
  endpointsOf: (namespace: string, host: string) => readonly Endpoint[],
): (namespace: string, host: string) => Instances {
  const kept = new HostMap<Instances>()
  return (namespace, host) => {
    const known = kept.get(namespace, host)
    if (known) return known
    const found = instancesByPort(servicesOf(namespace, host), endpointsOf(namespace, host))
    if (kept.size >= KEPT_INSTANCES) kept.clear()
    kept.set(namespace, host, found)
    return found
  }
}

function workloadsOf(snapshot: Snapshot, context: MeshContext): Workload[] {
  const out: Workload[] = []
  for (const cluster of snapshot.clusters) {
    const { nodes } = indexPods(cluster)
    for (const pod of cluster.pods) if (isServing(pod)) out.push(workloadOfPod(pod, cluster.id, nodes, context))
  }
  const [config] = snapshot.clusters
  for (const entry of snapshot.istio.workloadEntries) {
    if (!isLeftOut(entry)) out.push(workloadOfEntry(entryLike(entry), config.id, context))
  }
  return out
}

function meshContext({ clusters, meshNetworks, features }: Snapshot, trustDomain: TrustDomain): MeshContext {
  return {
    trustDomain,
    networks: networkResolver(clusters, meshNetworks),
    dualStack: features.dualStack,
    naming: {
      ofEntries: features.has('entry-workload-names'),
      clusterOfHosts: features.has('resolved-host-cluster'),
      byGroup: features.has('group-workload-name'),
    },
    labels: workloadLabels(features),
    sidecarPorts: features.has('ports-of-native-sidecars'),
  }
}

function contextOfServices({ features, mesh, memory }: Snapshot, trustDomain: TrustDomain): ServiceContext {
  const context: ServiceContext = {
    trustDomain,
    distributions: new TrafficDistributions(features),
    racesConnections: features.has('connect-strategy'),
    dynamicDns: features.has('dynamic-dns-in-sidecars') ? 'DynamicDNS' : 'WaypointDNS',
  }
  return memory?.unlessChanged('services', context, [features, mesh.trustDomain]) ?? context
}

/** Hosts of more services are not searched. */
const MOST_SEARCHED = 16

/** The services of an entry in a registry that has the same entry; undefined if they are not found. */
function servicesIn({ servicesByHost }: Registry, entry: ServiceEntryResource): ExternalService[] | undefined {
  const found: ExternalService[] = []
  for (const [index, host] of entry.spec.hosts.entries()) {
    const services = servicesByHost.get(host) ?? []
    if (services.length > MOST_SEARCHED) return undefined
    for (const service of services) {
      if (service.source === entry && service.hostIndex === index) found.push(service as ExternalService)
    }
  }
  return found.length > 0 ? found : undefined
}

/** Whether the same objects are the same services in both. */
const areConvertedAlike = (a: Snapshot, b: Snapshot): boolean =>
  a.features === b.features &&
  a.mesh.trustDomain === b.mesh.trustDomain &&
  a.clusters[0].namespaces === b.clusters[0].namespaces

/**
 * The registry of a snapshot. Endpoints are computed on first use.
 * @param like of a snapshot with largely the same objects, whose services are used again; a memory does more
 */
export function buildRegistry(snapshot: Snapshot, like?: Registry): Registry {
  const { memory } = snapshot
  const [config] = snapshot.clusters
  const trustDomain = trustDomainOf(snapshot.mesh.trustDomain)
  const context = meshContext(snapshot, trustDomain)
  const serviceContext = contextOfServices(snapshot, trustDomain)
  const workloads = indexWorkloads(workloadsOf(snapshot, context))
  const reused = !memory && like && areConvertedAlike(like.snapshot, snapshot) ? like : undefined
  const clusters = snapshot.clusters.map((cluster, index) => ({
    cluster,
    services:
      reused?.snapshot.clusters[index] === cluster
        ? reused.servicesOfCluster(cluster.id)
        : servicesOfCluster(cluster, serviceContext, memory),
  }))
  const { serviceEntries } = snapshot.istio
  const namespaces = namespacesOf(config, serviceEntries, { memory, name: 'entries' })
  const servicesOfEntries = reused
    ? serviceEntries.map(
        (entry, index) => servicesIn(reused, entry) ?? convertServiceEntry(entry, namespaces[index], serviceContext),
      )
    : convertEntries(memory, '', serviceEntries, namespaces, serviceContext)
  const entries: ExternalService[] = []
  for (const services of servicesOfEntries) appendAll(entries, services)
  const accounts = snapshot.features.has('service-accounts-of-clusters')
  const lists = clusters.map((cluster) => cluster.services)
  const merge = () => mergeClusters(lists, accounts, memory)
  const merged = memory?.recall(mergeClusters, serviceContext, [accounts, ...lists], merge) ?? merge()
  const services = sortedByCreation(memory, '', [...entries, ...sortedByCreation(memory, 'Kubernetes', merged)])
  const byCluster = new Map(clusters.map((cluster) => [cluster.cluster.id, cluster.services]))
  const hosts = hostsOf(memory, '', services, reused?.servicesByHost)
  const lookup = new HostServices(hosts.services)
  const aliases = aliasesOf(memory, '', services)
  const finder = once(() =>
    shardFinder({
      clusters: clusters.map((cluster) => clusterEndpoints(cluster.cluster, cluster.services)),
      entryServicesOf: (namespace, host) => lookup.ofEntries(namespace, host),
      workloads,
      configClusterId: config.id,
      context,
    }),
  )
  const shardsOf: Registry['shardsOf'] = (namespace, host) => finder()(namespace, host)
  const endpointsOf = (namespace: string, host: string) => flatten(shardsOf(namespace, host))
  return {
    snapshot,
    services,
    servicesOfCluster: (clusterId) => byCluster.get(clusterId) ?? NO_SERVICES,
    servicesByHost: hosts.services,
    sharedHosts: hosts.shared,
    serviceOf: (host, namespace) => lookup.preferred(namespace, host),
    aliasesOf: (host) => aliases.get(host) ?? NO_SERVICES,
    shardsOf,
    endpointsOf,
    instancesOf: instanceFinder((namespace, host) => lookup.all(namespace, host), endpointsOf),
    workloads,
    networkGateways: networkGatewaysOf(
      snapshot,
      clusters.map((cluster) => ({ clusterId: cluster.cluster.id, services: cluster.services })),
    ),
  }
}

function flatten(shards: readonly { readonly endpoints: readonly Endpoint[] }[]): readonly Endpoint[] {
  const [first] = shards
  if (shards.length === 1 && first) return first.endpoints
  return shards.flatMap((shard) => shard.endpoints)
}
