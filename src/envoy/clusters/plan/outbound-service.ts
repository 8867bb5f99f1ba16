/** The properties of a service that its clusters depend on. */

import { LABELS } from '../../../common/istio-names.ts'
import type { Subset, TrafficPolicy } from '../../../kinds/messages/destination-rule.ts'
import type { Protocol } from '../../../registry/protocol.ts'
import { isWildcard, type Port, type Service } from '../../../registry/service.ts'
import type { MergedDestinationRule } from '../../../scope/view.ts'
import type { LocalityGroup } from '../../endpoints/plan/groups.ts'
import type { LabelScope } from '../../endpoints/plan/priorities.ts'
import type { EffectivePolicy } from '../../policy/traffic-policy.ts'
import type { DiscoveryType, ServiceMetadata } from './cluster.ts'
import type { ClusterContext } from './context.ts'
import { serviceAccounts } from './mtls.ts'

/** For regular clients, or for gateways that pass mTLS through by its SNI. */
export type OutboundMode = 'ordinary' | 'passthrough'

/** What all clusters of one service share. */
export interface OutboundService {
  readonly service: Service
  readonly mode: OutboundMode
  readonly rule: MergedDestinationRule | undefined
  readonly ruleHasSelector: boolean
  /** Path of the rule, for telemetry. */
  readonly config: string | undefined
  readonly metadata: readonly ServiceMetadata[] | undefined
  readonly accounts: readonly string[]
  /** Its clusters resolve the requested name. */
  readonly forwards: boolean
  readonly keepsSessions: boolean
}

/** A default or subset cluster before its policy is applied. */
export interface Variant {
  readonly port: Port
  readonly subset: Subset | undefined
  /** undefined for name forwarding. */
  readonly type: DiscoveryType | undefined
  readonly groups: readonly LocalityGroup[] | undefined
  readonly labelScope: LabelScope
  readonly policy: EffectivePolicy
  /** The top-level policy, used to guess mTLS. */
  readonly stated: TrafficPolicy | undefined
}

const SESSION_LABELS = [LABELS.persistentSession, LABELS.persistentSessionHeader] as const

/** Protocols of wildcard hosts whose requests contain the name. */
export const FORWARDED_PROTOCOLS: ReadonlySet<Protocol> = new Set<Protocol>(['HTTP', 'HTTP2', 'GRPC', 'TLS'])

/** Whether the service's clusters resolve names under its wildcard themselves. */
export const forwardsNames = ({ hostname, resolution }: Service): boolean =>
  resolution === 'DynamicDNS' && isWildcard(hostname)

export function discoveryType(service: Service, isSidecar: boolean): DiscoveryType {
  switch (service.resolution) {
    case 'DNSLB':
      return service.raceFirstConnect ? 'LOGICAL_DNS' : 'STRICT_DNS'
    case 'DNSRoundRobinLB':
      return 'LOGICAL_DNS'
    case 'Passthrough':
      // A gateway has no original destination.
      return isSidecar ? 'ORIGINAL_DST' : 'EDS'
    default:
      return 'EDS'
  }
}

export const isDns = (type: DiscoveryType | undefined): boolean => type === 'STRICT_DNS' || type === 'LOGICAL_DNS'

export const passesThrough = (policy: Pick<TrafficPolicy, 'loadBalancer'> | undefined): boolean =>
  policy?.loadBalancer?.simple === 'PASSTHROUGH'

function ruleConfig({ source }: MergedDestinationRule): string {
  const { namespace, name } = source.meta
  return `/apis/networking.istio.io/v1/namespaces/${namespace}/destination-rule/${name}`
}

export function outboundService(context: ClusterContext, service: Service, mode: OutboundMode): OutboundService {
  const rule = context.view.destinationRuleOf(service, 'outbound')
  const forwards = mode === 'ordinary' && forwardsNames(service)
  const { hostname: host, name, namespace } = service
  return {
    service,
    mode,
    rule,
    ruleHasSelector: rule?.source.spec.workloadSelector !== undefined,
    config: rule && ruleConfig(rule),
    metadata: forwards ? undefined : [{ host, name, namespace }],
    accounts: forwards || mode === 'passthrough' ? [] : serviceAccounts(context.view, service),
    forwards,
    keepsSessions: mode === 'ordinary' && !forwards && SESSION_LABELS.some((label) => service.labels.get(label)),
  }
}

/** The type after a PASSTHROUGH load balancer is applied. */
export function finalType({ type, policy }: Variant): DiscoveryType | undefined {
  return type !== undefined && passesThrough(policy) ? 'ORIGINAL_DST' : type
}
