/** Names in statistics by the mesh's patterns (pilot/pkg/networking/telemetry/telemetry.go of the reference). */
import type { Port, Service } from '../../registry/service.ts'

/** What a pattern can name. */
export interface StatSubject {
  readonly host: string
  /** The Kubernetes service, when it is one. */
  readonly kubernetes: { readonly name: string; readonly namespace: string } | undefined
  readonly subset: string
  readonly port: number
  readonly portName: string
  /** 0 where the direction is outbound; undefined where the placeholder stays as it is: in inbound listeners. */
  readonly targetPort: number | undefined
}

/** The fields of a service that a name is made of. */
export type NamedService = Pick<Service, 'hostname' | 'name' | 'namespace' | 'registry'>

const nameOrHost = ({ kubernetes, host }: StatSubject): string => kubernetes?.name ?? host

/** In the order in which they are replaced. */
const PLACEHOLDERS: readonly (readonly [string, (subject: StatSubject) => string | number | undefined])[] = [
  ['%SERVICE%', ({ kubernetes, host }) => (kubernetes ? `${kubernetes.name}.${kubernetes.namespace}` : host)],
  ['%SERVICE_NAME%', nameOrHost],
  ['%SERVICE_FQDN%', ({ host }) => host],
  ['%SUBSET_NAME%', ({ subset }) => subset],
  ['%TARGET_PORT%', ({ targetPort }) => targetPort],
  ['%SERVICE_PORT%', ({ port }) => port],
  ['%SERVICE_PORT_NAME%', ({ portName }) => portName],
]

/** The Kubernetes name of a service; undefined for ServiceEntries. */
export function kubernetesName({ registry, name, namespace }: NamedService): StatSubject['kubernetes'] {
  return registry === 'Kubernetes' ? { name, namespace } : undefined
}

/** @param targetPort 0 where the direction is outbound */
export function statSubject(
  service: NamedService,
  port: Pick<Port, 'number' | 'name'>,
  subset: string,
  targetPort: number,
): StatSubject {
  const kubernetes = kubernetesName(service)
  return { host: service.hostname, kubernetes, subset, port: port.number, portName: port.name, targetPort }
}

/** The mesh's pattern filled in; an empty pattern stands for the cluster's own name. */
export function statName(pattern: string, clusterName: string, subject: StatSubject): string {
  if (pattern === '') return clusterName
  return PLACEHOLDERS.reduce((text, [placeholder, valueOf]) => {
    const value = valueOf(subject)
    return value === undefined ? text : text.replaceAll(placeholder, () => String(value))
  }, pattern)
}
