/** Sidecar (istio.io/api networking/v1alpha3/sidecar.proto). */
import { enumeration, type Infer, list, message, optional, string, uint32 } from '../schema/index.ts'
import { ConnectionPoolSettings } from './destination-rule.ts'
import { ServerTLSSettings } from './gateway.ts'
import { WorkloadSelector } from './selector.ts'
import { Destination } from './virtual-service.ts'

export const SidecarPort = message('SidecarPort', {
  number: uint32,
  protocol: string,
  name: string,
  targetPort: uint32,
})
export type SidecarPort = Infer<typeof SidecarPort>

const CaptureMode = enumeration(['DEFAULT', 'IPTABLES', 'NONE'])

export const IstioIngressListener = message('IstioIngressListener', {
  port: optional(SidecarPort),
  bind: string,
  captureMode: CaptureMode,
  defaultEndpoint: string,
  tls: optional(ServerTLSSettings),
  connectionPool: optional(ConnectionPoolSettings),
})
export type IstioIngressListener = Infer<typeof IstioIngressListener>

export const IstioEgressListener = message('IstioEgressListener', {
  port: optional(SidecarPort),
  bind: string,
  captureMode: CaptureMode,
  hosts: list(string),
})
export type IstioEgressListener = Infer<typeof IstioEgressListener>

const OutboundTrafficPolicyMode = enumeration(['REGISTRY_ONLY', 'ALLOW_ANY'])

export const OutboundTrafficPolicy = message('OutboundTrafficPolicy', {
  mode: OutboundTrafficPolicyMode,
  egressProxy: optional(Destination),
})
export type OutboundTrafficPolicy = Infer<typeof OutboundTrafficPolicy>

export const Sidecar = message('Sidecar', {
  workloadSelector: optional(WorkloadSelector),
  ingress: list(IstioIngressListener),
  egress: list(IstioEgressListener),
  inboundConnectionPool: optional(ConnectionPoolSettings),
  outboundTrafficPolicy: optional(OutboundTrafficPolicy),
})
export type Sidecar = Infer<typeof Sidecar>
