/** Clusters of the workload's own ports (pilot/pkg/networking/core/cluster.go buildInboundClusters). */
import { ipFamily, UNIX_PREFIX, UNSPECIFIED, UNSPECIFIED_IPV6 } from '../../../common/addresses.ts'
import { groupBy } from '../../../common/collections.ts'
import { inboundClusterName } from '../../../common/names.ts'
import type { SidecarResource } from '../../../kinds/index.ts'
import type { ConnectionPoolSettings } from '../../../kinds/messages/destination-rule.ts'
import type { IstioIngressListener } from '../../../kinds/messages/sidecar.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { parseProtocol } from '../../../registry/protocol.ts'
import { type Port, portLocation, type Service } from '../../../registry/service.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { MergedDestinationRule, ServiceTarget } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { type NamedService, statName, statSubject } from '../../policy/stat-name.ts'
import {
  type EffectivePolicy,
  policyOfPort,
  withConnectionPool,
  withMeshDefaults,
} from '../../policy/traffic-policy.ts'
import type { ClusterPlan, IstioMetadata, ServiceMetadata } from './cluster.ts'
import { type ClusterContext, poolOf } from './context.ts'
import { decideHttp } from './http-options.ts'
import { CLUSTER_PROVIDED, NO_COMMON_LB, ROUND_ROBIN } from './load-balancing.ts'

export interface InboundCluster {
  readonly plan: ClusterPlan
  /** The hosts by which EnvoyFilters match it. */
  readonly hosts: readonly string[]
  readonly explain: () => readonly Origin[]
}

/** The address to connect to; undefined for the original destination. */
type Bind = ClusterPlan['bind']

/** An inbound cluster before its policy is applied. */
interface InboundPort {
  /** The port in the cluster's name. */
  readonly number: number
  readonly bind: Bind
  /** The service port that determines protocol and policy. */
  readonly port: Port
  /** The first service behind the port, for policies and statistics. */
  readonly primary: NamedService & Partial<Pick<Service, 'passthroughTargetPorts'>>
  readonly services: readonly ServiceMetadata[] | undefined
  /** Those of all services with this target port. */
  readonly hosts: readonly string[]
  readonly origins: () => readonly Origin[]
}

const LOCALHOST = '127.0.0.1'
const LOCALHOST6 = '::1'
const INBOUND_SOURCE = '127.0.0.6'
const INBOUND_SOURCE6 = '::6'

const WHY = {
  service: 'the first service of this target port that the workload implements',
  ingress: 'an ingress listener of the Sidecar replaces the ports of services',
  pool: 'its connection pool overrides that of the rule',
  rule: 'the rule of the first service also applies to its servers',
} as const

const hasIpv4 = ({ ipMode }: Proxy): boolean => ipMode !== 'IPv6'
const hasIpv6 = ({ ipMode }: Proxy): boolean => ipMode !== 'IPv4'

/** Connections from these addresses are not redirected to the proxy again. */
export function passthroughSources(proxy: Proxy, both: boolean): readonly string[] {
  if (!hasIpv4(proxy)) return [INBOUND_SOURCE6]
  return hasIpv6(proxy) && both ? [INBOUND_SOURCE, INBOUND_SOURCE6] : [INBOUND_SOURCE]
}

function namesOf(targets: readonly ServiceTarget[], port: number): readonly ServiceMetadata[] {
  const names = new Map<string, ServiceMetadata>()
  for (const target of targets) {
    const { hostname: host, name, namespace } = target.service
    if (target.port.number === port && !names.has(host)) names.set(host, { host, name, namespace })
  }
  return [...names.values()]
}

function originsOfTarget({ service, port }: ServiceTarget): readonly Origin[] {
  return [{ what: describeResource(service.source), location: portLocation(service, port.number), why: WHY.service }]
}

/** Ports of the services that the workload implements; without a bind, traffic keeps its destination. */
function servicePorts({ view, proxy, mesh }: ClusterContext): InboundPort[] {
  const address = hasIpv4(proxy) ? LOCALHOST : LOCALHOST6
  const local = mesh.inboundTrafficPolicy !== undefined && mesh.inboundTrafficPolicy.mode !== 'PASSTHROUGH'
  const out: InboundPort[] = []
  for (const [number, targets] of groupBy(view.targets, ({ targetPort }) => targetPort)) {
    const [first] = targets
    if (!first) continue
    const { service, port } = first
    out.push({
      number,
      bind: local ? { address, port: number } : undefined,
      port,
      primary: service,
      services: service.meshExternal ? undefined : namesOf(targets, port.number),
      hosts: targets.map((target) => target.service.hostname),
      origins: () => originsOfTarget(first),
    })
  }
  return out
}

const HOST_PORT = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/

/** The address for each host that a default endpoint may have, depending on the proxy's IP families. */
const ENDPOINT_HOSTS: ReadonlyMap<string, (proxy: Proxy) => string> = new Map([
  [UNSPECIFIED, ({ ips }: Proxy) => ips.find((ip) => ipFamily(ip) === 4) ?? LOCALHOST],
  [UNSPECIFIED_IPV6, ({ ips }: Proxy) => ips.find((ip) => ipFamily(ip) === 6) ?? LOCALHOST6],
  [LOCALHOST, (proxy: Proxy) => (hasIpv4(proxy) ? LOCALHOST : LOCALHOST6)],
  [LOCALHOST6, (proxy: Proxy) => (hasIpv6(proxy) ? LOCALHOST6 : LOCALHOST)],
])

/** null when the endpoint is invalid. */
function bindOf(defaultEndpoint: string, proxy: Proxy): Bind | null {
  if (defaultEndpoint === '') return undefined
  if (defaultEndpoint.startsWith(UNIX_PREFIX)) return { address: defaultEndpoint.slice(UNIX_PREFIX.length), port: 0 }
  const match = HOST_PORT.exec(defaultEndpoint)
  if (!match) return null
  const address = ENDPOINT_HOSTS.get(match[1] ?? match[2] ?? '')?.(proxy)
  return address === undefined ? undefined : { address, port: Number(match[3]) }
}

/** Used as the service of a port that no service has. */
function placeholder({ meta }: SidecarResource, namespace: string): NamedService {
  return { hostname: `${meta.name}.${namespace}`, name: meta.name, namespace, registry: 'External' }
}

function ingressPort(
  context: ClusterContext,
  sidecar: SidecarResource,
  listener: IstioIngressListener,
  index: number,
): InboundPort | undefined {
  const { view, proxy } = context
  const bind = bindOf(listener.defaultEndpoint, proxy)
  if (bind === null || !listener.port) return undefined
  const { number, name, protocol } = listener.port
  const service = view.targets.find(({ targetPort }) => targetPort === number)?.service
  const primary = service ?? placeholder(sidecar, proxy.namespace)
  return {
    number,
    bind,
    port: { number, name, protocol: parseProtocol(protocol) },
    primary,
    hosts: [primary.hostname],
    services:
      service && !service.meshExternal
        ? [{ host: service.hostname, name: service.name, namespace: service.namespace }]
        : undefined,
    origins: () => [
      {
        what: describeResource(sidecar),
        location: sidecar.location.child('spec', 'ingress', index),
        why: WHY.ingress,
      },
    ],
  }
}

function ingressPorts(context: ClusterContext, sidecar: SidecarResource): InboundPort[] {
  const ports: InboundPort[] = []
  for (const [index, listener] of sidecar.spec.ingress.entries()) {
    const port = ingressPort(context, sidecar, listener, index)
    if (port) ports.push(port)
  }
  return ports
}

function inboundPorts(context: ClusterContext): InboundPort[] {
  const { sidecar } = context.view
  if (!sidecar || sidecar.spec.ingress.length === 0) {
    return context.proxy.interceptionMode === 'NONE' ? [] : servicePorts(context)
  }
  const ingress = ingressPorts(context, sidecar)
  const merges = flag(context.snapshot.features.env, 'PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE', false)
  if (!merges) return ingress
  const taken = new Set(sidecar.spec.ingress.map(({ port }) => port?.number))
  return [...servicePorts(context).filter(({ number }) => !taken.has(number)), ...ingress]
}

/** The rule for the primary service, if the proxy itself sees it. */
function ruleOf({ view }: ClusterContext, { primary }: InboundPort): MergedDestinationRule | undefined {
  const service = view.serviceByHost.get(primary.hostname)
  return service && view.destinationRuleOf(service, 'inbound')
}

function sidecarPool({ view }: ClusterContext, port: number): ConnectionPoolSettings | undefined {
  const spec = view.sidecar?.spec
  const listener = spec?.ingress.find((candidate) => candidate.port?.number === port && candidate.connectionPool)
  return listener?.connectionPool ?? spec?.inboundConnectionPool
}

function policyOf(context: ClusterContext, inbound: InboundPort, rule: MergedDestinationRule | undefined) {
  const own = policyOfPort(rule?.trafficPolicy, inbound.port.number)
  const policy = withMeshDefaults(own, context.mesh)
  const pool = sidecarPool(context, inbound.number)
  return pool ? withConnectionPool(policy, pool, context.inheritsRetryBudget) : policy
}

function metadataOf({ services }: InboundPort, rule: MergedDestinationRule | undefined): IstioMetadata | undefined {
  if (!services) return undefined
  if (!rule?.trafficPolicy) return { services }
  const { namespace, name } = rule.source.meta
  return { services, config: `/apis/networking.istio.io/v1/namespaces/${namespace}/destination-rule/${name}` }
}

const isLoopback = (bind: Bind): boolean => bind?.address === LOCALHOST || bind?.address === LOCALHOST6

function planOf(
  context: ClusterContext,
  inbound: InboundPort,
  rule: MergedDestinationRule | undefined,
  policy: EffectivePolicy | undefined,
): ClusterPlan {
  const { number, bind, port, primary } = inbound
  const { mesh, snapshot } = context
  const name = inboundClusterName(number)
  const pool = poolOf(context, policy)
  return {
    name,
    statName: statName(mesh.inboundClusterStatName, name, statSubject(primary, port, '', number)),
    type: bind ? 'STATIC' : 'ORIGINAL_DST',
    forwarding: undefined,
    dnsFamily: undefined,
    groups: undefined,
    bind,
    portOverride: bind ? undefined : primary.passthroughTargetPorts?.get(port.number),
    neverCleanedUp: !bind,
    pool,
    http: {
      ...decideHttp({
        protocol: port.protocol,
        pool: policy?.connectionPool,
        isSidecar: context.isSidecar,
        preserves: context.preservesCase,
        outbound: false,
        meshUpgrades: false,
        upgradesFirst: context.upgradesFirst,
      }),
      common: pool.common,
      http2: pool.http2,
      autoSni: false,
      autoSanValidation: false,
      errorCodes: [],
    },
    commonLb: NO_COMMON_LB,
    algorithm: bind ? ROUND_ROBIN : CLUSTER_PROVIDED,
    outlierDetection: undefined,
    tls: undefined,
    tlsByEndpoint: false,
    proxyProtocol: undefined,
    metadata: metadataOf(inbound, rule),
    exchangesMetadata: false,
    sourceAddresses: isLoopback(bind) ? [] : passthroughSources(context.proxy, snapshot.features.dualStack),
  }
}

function explain(context: ClusterContext, inbound: InboundPort, rule: MergedDestinationRule | undefined) {
  const origins = [...inbound.origins()]
  for (const source of rule?.trafficPolicy ? rule.sources : []) {
    origins.push({ what: describeResource(source), location: source.location.child('spec', 'host'), why: WHY.rule })
  }
  const { sidecar } = context.view
  if (sidecar && sidecarPool(context, inbound.number)) {
    origins.push({ what: describeResource(sidecar), location: sidecar.location.child('spec'), why: WHY.pool })
  }
  return origins
}

/** One cluster per port of the workload; of several with the same name, the first. */
export function inboundClusters(context: ClusterContext): InboundCluster[] {
  const out = new Map<string, InboundCluster>()
  for (const inbound of inboundPorts(context)) {
    const rule = ruleOf(context, inbound)
    const plan = planOf(context, inbound, rule, policyOf(context, inbound, rule))
    const { hosts } = inbound
    if (!out.has(plan.name)) out.set(plan.name, { plan, hosts, explain: () => explain(context, inbound, rule) })
  }
  return [...out.values()]
}
