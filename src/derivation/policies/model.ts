/** What policies become before those of one target are merged. */

import type { BackendTlsPolicy, BackendTrafficPolicy } from '../../kinds/index.ts'
import type {
  ClientTLSSettings,
  LoadBalancerSettings,
  TrafficPolicyRetryBudget,
} from '../../kinds/messages/destination-rule.ts'
import { type GatewayClasses, MESH_CONTROLLER } from '../../resources/gateway-api/classes.ts'
import type { Condition, ObjectStatus } from '../status.ts'
import type { PolicyTarget } from './targets.ts'

export type PolicyResource = BackendTlsPolicy | BackendTrafficPolicy

/** One policy on one target. */
export interface AttachedPolicy {
  readonly source: PolicyResource
  /** Of the reference in the policy. */
  readonly targetIndex: number
  readonly target: PolicyTarget
  /** The port that the policy is about; undefined for all. */
  readonly port: number | undefined
  readonly tls: ClientTLSSettings | undefined
  readonly loadBalancer: LoadBalancerSettings | undefined
  readonly retryBudget: TrafficPolicyRetryBudget | undefined
}

/** What a policy is attached to, and what istiod says of it. */
export interface DerivedPolicy {
  readonly attached: readonly AttachedPolicy[]
  readonly status: ObjectStatus
}

const IGNORE = 'istio.io/ignore-policy-attachment'

/** Whether the user tells istiod to leave a policy to others. */
export const isIgnored = ({ meta }: PolicyResource): boolean => meta.annotations.get(IGNORE)?.toLowerCase() === 'true'

/** The condition of an ignored policy. */
export const IGNORED: Condition = {
  type: 'Accepted',
  status: 'False',
  reason: 'IgnoredByIstio',
  message: `the annotation ${IGNORE} tells Istio to ignore the policy`,
}

/** The controllers under which istiod writes the status of policies: for the mesh, and for Gateways. */
export const policyControllers = ({ gatewayController }: GatewayClasses): readonly string[] => [
  MESH_CONTROLLER,
  gatewayController,
]

/** A policy has at most this many ancestors. */
export const MOST_ANCESTORS = 16
