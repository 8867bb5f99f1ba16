/** Cluster names in statistics (pilot/pkg/networking/telemetry of the reference). */
import type { Port, Service } from '../../../registry/service.ts'

/** What the placeholders of a pattern refer to. */
export interface StatSubject {
  readonly service: Pick<Service, 'hostname' | 'name' | 'namespace' | 'registry'>
  readonly port: Pick<Port, 'number' | 'name'>
  readonly subset: string
  /** 0 for outbound clusters. */
  readonly targetPort: number
}

/** In the order in which they are replaced. */
const PLACEHOLDERS: readonly (readonly [string, (subject: StatSubject) => string])[] = [
  ['%SERVICE%', ({ service }) => (isKubernetes(service) ? `${service.name}.${service.namespace}` : service.hostname)],
  ['%SERVICE_NAME%', ({ service }) => (isKubernetes(service) ? service.name : service.hostname)],
  ['%SERVICE_FQDN%', ({ service }) => service.hostname],
  ['%SUBSET_NAME%', ({ subset }) => subset],
  ['%TARGET_PORT%', ({ targetPort }) => String(targetPort)],
  ['%SERVICE_PORT%', ({ port }) => String(port.number)],
  ['%SERVICE_PORT_NAME%', ({ port }) => port.name],
]

const isKubernetes = ({ registry }: StatSubject['service']): boolean => registry === 'Kubernetes'

/** Expands the mesh's pattern; an empty pattern means the cluster's own name. */
export function statName(pattern: string, clusterName: string, subject: StatSubject): string {
  if (pattern === '') return clusterName
  return PLACEHOLDERS.reduce(
    (text, [placeholder, value]) => text.replaceAll(placeholder, () => value(subject)),
    pattern,
  )
}
