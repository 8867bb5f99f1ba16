import { LABELS } from '../../common/istio-names.ts'
import { ineligible } from '../auto-allocation.ts'
import type { ServiceEntry, ServicePort } from '../messages/service-entry.ts'
import type { WorkloadEntry } from '../messages/workload-entry.ts'
import type { Resource } from '../resource.ts'
import { type AdmissionSettings, type Path, quote, type Report } from './report.ts'
import { checkSubnet, isIp } from './values/addresses.ts'
import { fqdnProblem, isPartialWildcard, wildcardDomainProblem } from './values/hosts.ts'
import { checkExportTo, checkLabels, checkSelector, warnEmptySelector } from './values/labels.ts'
import { checkPort, checkPortName, checkProtocol, protocolClass } from './values/ports.ts'
import { checkWorkload, checkWorkloadPorts } from './workload-entry.ts'

const SPEC: Path = ['spec']
const HOSTS: Path = ['spec', 'hosts']
const ADDRESSES: Path = ['spec', 'addresses']
const PORTS: Path = ['spec', 'ports']
const ENDPOINTS: Path = ['spec', 'endpoints']

/** Transcribes the reference's ValidateServiceEntry. */
export function validateServiceEntry(resource: Resource<ServiceEntry>, report: Report): void {
  const { spec, meta } = resource
  const { workloadSelector } = spec
  if (workloadSelector) {
    if (!checkSelector(report, SPEC, 'workloadSelector', 'labels', workloadSelector.labels)) return
    warnEmptySelector(report, SPEC, 'workloadSelector', workloadSelector.labels)
    if (spec.endpoints.length > 0) {
      const message = 'workloadSelector and endpoints exclude each other'
      report.error(SPEC, 'endpoints', 'selector-and-endpoints', message)
    }
  }
  checkHosts(report, spec)
  checkAddresses(report, spec)
  const portNames = checkPorts(
    report,
    spec,
    report.settings.has('addresses-in-status') && ineligible(resource) === undefined,
  )
  checkResolution(report, resource, portNames)
  checkSharedPort(report, spec)
  checkExportTo(report, meta.namespace, spec.exportTo, { nobody: true })
}

function checkHosts(report: Report, { hosts, resolution }: ServiceEntry): void {
  if (hosts.length === 0) report.error(SPEC, 'hosts', 'hosts-required', 'at least one host is needed')
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? ''
    if (host === '*') {
      report.error(
        HOSTS,
        index,
        'full-wildcard',
        'the host * would take all traffic',
        'use a wildcard such as *.example.com',
      )
      continue
    }
    const problem = wildcardDomainProblem(host)
    if (problem !== undefined) {
      report.error(HOSTS, index, 'host-invalid', `${quote(host)} is not a host name: ${problem}`)
    }
    if (resolution !== 'DYNAMIC_DNS' && isPartialWildcard(host)) {
      const message = `${quote(host)} has a wildcard that is not the whole first part`
      report.warn(HOSTS, index, 'partial-wildcard', message, 'use the prefix *.')
    }
  }
}

function checkAddresses(report: Report, { addresses, resolution }: ServiceEntry): void {
  let block = -1
  for (let index = 0; index < addresses.length; index++) {
    const address = addresses[index] ?? ''
    checkSubnet(report, ADDRESSES, index, address)
    if (block < 0 && address.includes('/')) block = index
  }
  if (block < 0 || resolution === 'NONE' || resolution === 'STATIC') return
  const message = `${quote(addresses[block] ?? '')} is a range, which resolution ${resolution} cannot have`
  report.error(ADDRESSES, block, 'cidr-needs-none-or-static', message, 'use resolution NONE or STATIC')
}

/** @returns the names of the ports */
function checkPorts(report: Report, spec: ServiceEntry, allocated: boolean): ReadonlySet<string> {
  const { ports } = spec
  const names = new Set<string>()
  const numbers = new Set<number>()
  const addressed = allocated || spec.addresses.length > 0
  for (let index = 0; index < ports.length; index++) {
    const port = ports[index]
    if (!port) continue
    if (names.has(port.name)) portDuplicate(report, index, 'name', `named ${quote(port.name)}`)
    if (numbers.has(port.number)) portDuplicate(report, index, 'number', `with the number ${port.number}`)
    names.add(port.name)
    numbers.add(port.number)
    checkServicePort(report, index, port)
    if (!addressed && (port.protocol === '' || port.protocol === 'TCP')) {
      const message = `port ${port.number} is TCP without an address, so it takes this port for all destinations`
      report.warn(
        [...PORTS, index],
        'protocol',
        'tcp-address-required',
        message,
        'set addresses, or a more specific protocol',
      )
    }
  }
  return names
}

function portDuplicate(report: Report, index: number, field: string, what: string): void {
  report.error([...PORTS, index], field, 'port-duplicate', `there is another port ${what}`)
}

function checkServicePort(report: Report, index: number, port: ServicePort): void {
  const at = [...PORTS, index]
  checkPortName(report, at, 'name', port.name)
  checkProtocol(report, at, port.protocol)
  checkPort(report, at, 'number', port.number)
  if (port.targetPort !== 0) checkPort(report, at, 'targetPort', port.targetPort)
}

function checkResolution(report: Report, resource: Resource<ServiceEntry>, portNames: ReadonlySet<string>): void {
  const { spec } = resource
  switch (spec.resolution) {
    case 'NONE':
      checkNone(report, spec)
      break
    case 'STATIC':
      for (let index = 0; index < spec.endpoints.length; index++) {
        const endpoint = spec.endpoints[index]
        if (endpoint) checkWorkload(report, [...ENDPOINTS, index], endpoint, portNames)
      }
      break
    case 'DNS':
    case 'DNS_ROUND_ROBIN':
      checkDns(report, spec, portNames)
      break
    case 'DYNAMIC_DNS':
      if (report.settings.has('dynamic-dns')) checkDynamicDns(report, resource)
      else unknownResolution(report, spec.resolution, 'Istio knows it since 1.28')
      break
    default:
      unknownResolution(report, spec.resolution, 'write NONE, STATIC, DNS, DNS_ROUND_ROBIN or DYNAMIC_DNS')
  }
}

function unknownResolution(report: Report, resolution: string, hint: string): void {
  report.error(SPEC, 'resolution', 'resolution-unknown', `${quote(resolution)} is not a resolution`, hint)
}

function checkNone(report: Report, { endpoints, workloadSelector }: ServiceEntry): void {
  if (endpoints.length > 0) {
    const message = 'resolution NONE sends traffic to the address that was asked for, so endpoints have no use'
    report.error(SPEC, 'endpoints', 'none-with-endpoints', message, 'use resolution STATIC, or DNS for host names')
  }
  if (workloadSelector) {
    const message = 'resolution NONE sends traffic to the address that was asked for, so the selector has no use'
    report.warn(SPEC, 'workloadSelector', 'none-with-selector', message, 'use resolution STATIC')
  }
}

function checkDns(report: Report, spec: ServiceEntry, portNames: ReadonlySet<string>): void {
  const { endpoints, hosts, resolution } = spec
  if (endpoints.length === 0) checkHostsForDns(report, spec)
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) {
    const message = `resolution DNS_ROUND_ROBIN takes one endpoint, not ${endpoints.length}`
    report.error(ENDPOINTS, 1, 'dns-rr-multiple-endpoints', message, 'use resolution DNS')
  }
  for (let index = 0; index < endpoints.length; index++) {
    const endpoint = endpoints[index]
    if (endpoint) checkDnsEndpoint(report, [...ENDPOINTS, index], endpoint, portNames)
  }
  if (spec.addresses.length === 0 || hosts.length < 2) return
  const index = spec.ports.findIndex(isTcpPort)
  if (index < 0) return
  const { number = 0 } = spec.ports[index] ?? {}
  const message = `the ${hosts.length} hosts share their addresses, so port ${number} cannot tell them apart`
  report.warn(SPEC, 'hosts', 'multi-host-address-tcp', message, 'give each host a ServiceEntry of its own')
}

function isTcpPort({ protocol }: ServicePort): boolean {
  const carrier = protocolClass(protocol)
  return carrier === 'tcp' || carrier === 'tls'
}

function checkHostsForDns(report: Report, { hosts, resolution }: ServiceEntry): void {
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? ''
    const problem = fqdnProblem(host)
    if (problem === undefined) continue
    const message = `${quote(host)} cannot be looked up, and resolution ${resolution} has no endpoints: ${problem}`
    report.error(HOSTS, index, 'dns-host-not-fqdn', message)
    return
  }
}

function checkDnsEndpoint(
  report: Report,
  at: Path,
  { address, labels, ports }: WorkloadEntry,
  portNames: ReadonlySet<string>,
): void {
  const problem = isIp(address) ? undefined : fqdnProblem(address)
  if (problem !== undefined) {
    const message = `${quote(address)} is neither an IP nor a host name: ${problem}`
    report.error(at, 'address', 'endpoint-address-invalid', message)
  }
  checkLabels(report, at, 'labels', labels)
  checkWorkloadPorts(report, at, ports, portNames)
}

/** Protocols whose requests name the host that the proxy looks up. */
function dynamicProtocols(settings: AdmissionSettings): readonly string[] {
  if (settings.has('dynamic-dns-in-sidecars')) return ['HTTP', 'HTTP2', 'GRPC', 'TLS']
  return settings.has('dynamic-dns-tls') ? ['HTTP', 'TLS'] : ['HTTP']
}

function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function checkDynamicDns(report: Report, resource: Resource<ServiceEntry>): void {
  const { spec } = resource
  for (let index = 0; index < spec.hosts.length; index++) {
    const host = spec.hosts[index] ?? ''
    if (host.startsWith('*')) continue
    const message = `${quote(host)} is not a wildcard, which resolution DYNAMIC_DNS needs`
    report.error(HOSTS, index, 'dynamic-dns-host-not-wildcard', message, 'use resolution DNS')
  }
  if (spec.addresses.length > 0) {
    const message = 'resolution DYNAMIC_DNS takes no addresses: each host is looked up when a request names it'
    report.error(SPEC, 'addresses', 'dynamic-dns-addresses', message)
  }
  if (spec.endpoints.length > 0) {
    const message = 'resolution DYNAMIC_DNS takes no endpoints: each host is looked up when a request names it'
    report.error(SPEC, 'endpoints', 'dynamic-dns-endpoints', message)
  }
  const protocols = dynamicProtocols(report.settings)
  for (let index = 0; index < spec.ports.length; index++) {
    const protocol = spec.ports[index]?.protocol ?? ''
    if (protocols.includes(protocol.toUpperCase())) continue
    const message = `resolution DYNAMIC_DNS takes ${inWords(protocols)}, not ${quote(protocol)}`
    report.error([...PORTS, index], 'protocol', 'dynamic-dns-protocol', message)
  }
  checkDynamicDnsLocation(report, resource, report.settings.has('dynamic-dns-in-sidecars'))
}

function checkDynamicDnsLocation(report: Report, { spec, meta }: Resource<ServiceEntry>, internal: boolean): void {
  if (spec.location !== 'MESH_EXTERNAL' && spec.location !== 'MESH_INTERNAL') {
    const message = `${quote(spec.location)} is neither MESH_EXTERNAL nor MESH_INTERNAL`
    report.error(SPEC, 'location', 'location-unknown', message)
  }
  if (spec.location === 'MESH_INTERNAL' && !internal) {
    const message = 'resolution DYNAMIC_DNS cannot be MESH_INTERNAL'
    report.error(SPEC, 'location', 'dynamic-dns-internal', message, 'Istio allows it since 1.30')
    return
  }
  const waypoint = meta.labels.get(LABELS.useWaypoint) ?? ''
  if (spec.location === 'MESH_INTERNAL' && waypoint !== '' && !/^none$/iu.test(waypoint)) {
    const message = 'resolution DYNAMIC_DNS cannot be MESH_INTERNAL and use a waypoint'
    report.error(SPEC, 'location', 'dynamic-dns-waypoint', message)
  }
}

/** Hosts that share a port are told apart by the HTTP authority or by SNI; plain TCP has neither. */
function checkSharedPort(report: Report, { hosts, ports, resolution }: ServiceEntry): void {
  if (resolution === 'NONE' || hosts.length < 2) return
  for (let index = 0; index < ports.length; index++) {
    const { number = 0, protocol = '' } = ports[index] ?? {}
    const carrier = protocolClass(protocol)
    if (carrier === 'http' || carrier === 'tls') continue
    const reason = protocol === '' ? 'it has no protocol' : `${quote(protocol)} names no host`
    const message = `port ${number} cannot tell the ${hosts.length} hosts apart: ${reason}`
    report.error([...PORTS, index], 'protocol', 'multi-host-tcp', message, 'give each host a ServiceEntry of its own')
    return
  }
}
