/** ServiceEntries as services of the registry (pilot/pkg/serviceregistry/serviceentry/conversion.go convertServices). */

import { addressBits, ipFamily, parsePrefix, UNSPECIFIED } from '../common/addresses.ts'
import { EMPTY_MAP } from '../common/collections.ts'
import { ANNOTATIONS } from '../common/istio-names.ts'
import { oncePer } from '../common/once.ts'
import type { Namespace, ServiceEntryResource } from '../kinds/index.ts'
import type { ServiceEntry, ServiceEntryResolution, ServicePort } from '../kinds/messages/service-entry.ts'
import { parseProtocol } from './protocol.ts'
import type { ExternalService, Port, Resolution } from './service.ts'
import type { ServiceContext } from './service-context.ts'

const RESOLUTIONS: Readonly<Record<Exclude<ServiceEntryResolution, 'DYNAMIC_DNS'>, Resolution>> = {
  NONE: 'Passthrough',
  STATIC: 'ClientSideLB',
  DNS: 'DNSLB',
  DNS_ROUND_ROBIN: 'DNSRoundRobinLB',
}

const RACE_FIRST = 'RACE_FIRST_TCP_CONNECT'

const NO_EXPORTS: ReadonlySet<string> = new Set()

interface EntryAddress {
  readonly text: string
  readonly index: number
}

const NO_ADDRESS: readonly EntryAddress[] = [{ text: UNSPECIFIED, index: -1 }]

/** A prefix of one address becomes that address; others stay as written. Undefined for invalid ones. */
function addressText(text: string): string | undefined {
  if (ipFamily(text) !== 0) return text
  const prefix = parsePrefix(text)
  if (!prefix) return undefined
  return prefix.bits === addressBits(prefix.family) ? text.slice(0, text.indexOf('/')) : text
}

function addressesOf(spec: ServiceEntry): readonly EntryAddress[] {
  if (spec.addresses.length === 0) return NO_ADDRESS
  const out: EntryAddress[] = []
  for (const [index, written] of spec.addresses.entries()) {
    const text = addressText(written)
    if (text !== undefined) out.push({ text, index })
  }
  return out
}

function passthroughTargetPortsOf(spec: ServiceEntry): ReadonlyMap<number, number> {
  if (spec.resolution !== 'NONE' || spec.ports.every((port) => port.targetPort === 0)) return EMPTY_MAP
  return new Map(spec.ports.filter((port) => port.targetPort !== 0).map((port) => [port.number, port.targetPort]))
}

const portsOf = oncePer((ports: readonly ServicePort[]): readonly Port[] =>
  ports.map(({ number, name, protocol }) => ({ number, name, protocol: parseProtocol(protocol) })),
)

/** One service per host and address, in order of hosts. */
export function convertServiceEntry(
  entry: ServiceEntryResource,
  namespace: Namespace | undefined,
  context: ServiceContext,
): ExternalService[] {
  const { spec, meta } = entry
  const addresses = addressesOf(spec)
  const common = {
    namespace: meta.namespace,
    registry: 'External' as const,
    creationTime: meta.creationTime,
    ports: portsOf(spec.ports),
    resolution: spec.resolution === 'DYNAMIC_DNS' ? context.dynamicDns : RESOLUTIONS[spec.resolution],
    meshExternal: spec.location !== 'MESH_INTERNAL',
    clusterVIPs: EMPTY_MAP,
    exportTo: spec.exportTo.length === 0 ? NO_EXPORTS : new Set(spec.exportTo),
    labels: meta.labels,
    selector: spec.workloadSelector?.labels,
    serviceAccounts: spec.subjectAltNames,
    trafficDistribution: context.distributions.of(undefined, meta, namespace),
    kubernetes: undefined,
    passthroughTargetPorts: passthroughTargetPortsOf(spec),
    raceFirstConnect:
      context.racesConnections && meta.annotations.get(ANNOTATIONS.connectStrategy)?.toUpperCase() === RACE_FIRST,
    source: entry,
  }
  const out: ExternalService[] = []
  for (const [hostIndex, host] of spec.hosts.entries()) {
    for (const address of addresses) {
      out.push({
        hostname: host,
        name: host,
        defaultAddress: address.text,
        hostIndex,
        addressIndex: address.index,
        ...common,
      })
    }
  }
  return out
}
