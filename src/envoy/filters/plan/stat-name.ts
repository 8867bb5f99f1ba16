/** Statistics names from the mesh's patterns (pilot/pkg/networking/telemetry/telemetry.go). */
import type { Service } from '../../../registry/service.ts'

export interface StatSubject {
  readonly host: string
  /** The Kubernetes service, if it is one. */
  readonly kubernetes: { readonly name: string; readonly namespace: string } | undefined
  readonly subset: string
  readonly port: number
  readonly portName: string
}

const fill = (pattern: string, placeholder: string, value: string): string => pattern.split(placeholder).join(value)

/** The Kubernetes name of a service; undefined for ServiceEntries. */
export function kubernetesName(service: Service): StatSubject['kubernetes'] {
  return service.registry === 'Kubernetes' ? { name: service.name, namespace: service.namespace } : undefined
}

function common(pattern: string, subject: StatSubject): string {
  const { kubernetes, host } = subject
  let out = fill(pattern, '%SERVICE%', kubernetes ? `${kubernetes.name}.${kubernetes.namespace}` : host)
  out = fill(out, '%SERVICE_NAME%', kubernetes ? kubernetes.name : host)
  out = fill(out, '%SERVICE_FQDN%', host)
  return fill(out, '%SUBSET_NAME%', subject.subset)
}

function ports(pattern: string, subject: StatSubject): string {
  return fill(fill(pattern, '%SERVICE_PORT%', String(subject.port)), '%SERVICE_PORT_NAME%', subject.portName)
}

/** Expands outboundClusterStatName. Listeners have no target port: it is 0. */
export function outboundStatName(pattern: string, subject: StatSubject): string {
  return ports(fill(common(pattern, subject), '%TARGET_PORT%', '0'), subject)
}

/** Expands inboundClusterStatName, which has no target port. */
export function inboundStatName(pattern: string, subject: StatSubject): string {
  return ports(common(pattern, subject), subject)
}
