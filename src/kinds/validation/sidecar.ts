import { UNIX_PREFIX, UNSPECIFIED, UNSPECIFIED_IPV6 } from '../../common/addresses.ts'
import type { ServerTLSSettings } from '../messages/gateway.ts'
import type {
  IstioEgressListener,
  IstioIngressListener,
  OutboundTrafficPolicy,
  Sidecar,
  SidecarPort,
} from '../messages/sidecar.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkServerTls } from './tls.ts'
import { checkConnectionPool } from './traffic-policy.ts'
import { checkUnixPath, isIp } from './values/addresses.ts'
import { checkDestination } from './values/destination.ts'
import { fqdnProblem, isLabel, scopedHostProblem } from './values/hosts.ts'
import { checkSelector, warnEmptySelector } from './values/labels.ts'
import { parseInteger } from './values/numbers.ts'
import { checkPort, checkPortName, checkProtocol, isPort, protocolClass } from './values/ports.ts'

const SPEC: Path = ['spec']
const INGRESS: Path = ['spec', 'ingress']
const EGRESS: Path = ['spec', 'egress']

/** Transcribes the reference's ValidateSidecar. */
export function validateSidecar({ spec, meta }: Resource<Sidecar>, report: Report): void {
  const { workloadSelector } = spec
  if (workloadSelector && !checkSelector(report, SPEC, 'workloadSelector', 'labels', workloadSelector.labels)) return
  if (isEmpty(spec)) {
    const message = 'it sets none of egress, ingress, outboundTrafficPolicy and inboundConnectionPool'
    report.error([], 'spec', 'sidecar-empty', message)
    return
  }
  if (workloadSelector) warnEmptySelector(report, SPEC, 'workloadSelector', workloadSelector.labels)
  checkIngress(report, spec.ingress)
  checkConnectionPool(report, SPEC, 'inboundConnectionPool', spec.inboundConnectionPool)
  checkEgress(report, spec.egress, meta.namespace)
  if (spec.outboundTrafficPolicy) checkOutboundPolicy(report, spec.outboundTrafficPolicy)
}

function isEmpty(spec: Sidecar): boolean {
  return (
    spec.egress.length === 0 && spec.ingress.length === 0 && !spec.outboundTrafficPolicy && !spec.inboundConnectionPool
  )
}

function checkIngress(report: Report, listeners: readonly IstioIngressListener[]): void {
  const numbers = new Set<number>()
  for (let index = 0; index < listeners.length; index++) {
    const listener = listeners[index]
    if (!listener) continue
    const at = [...INGRESS, index]
    if (!listener.port) {
      report.error(at, 'port', 'port-required', 'an ingress listener needs a port')
      continue
    }
    checkSidecarPort(report, at, listener.port)
    checkPort(report, [...at, 'port'], 'number', listener.port.number)
    checkIpBind(report, at, listener.bind)
    checkNumberUnique(report, at, listener.port.number, numbers)
    if (listener.defaultEndpoint !== '') checkDefaultEndpoint(report, at, listener.defaultEndpoint)
    if (listener.tls) checkIngressTls(report, [...at, 'tls'], listener.tls, listener.port)
    checkConnectionPool(report, at, 'connectionPool', listener.connectionPool)
    if (listener.connectionPool?.http && protocolClass(listener.port.protocol) !== 'http') {
      const message = `the HTTP settings have no effect: the protocol of port ${listener.port.number} is not HTTP`
      report.warn([...at, 'connectionPool'], 'http', 'http-pool-ignored', message)
    }
  }
}

/** Checks that apply to ports of both directions; the number is checked separately. */
function checkSidecarPort(report: Report, parent: Path, port: SidecarPort): void {
  const at = [...parent, 'port']
  if (port.targetPort > 0) {
    report.error(at, 'targetPort', 'target-port-unused', 'targetPort has no effect in a Sidecar')
  }
  if (port.name !== '') checkPortName(report, at, 'name', port.name)
  checkProtocol(report, at, port.protocol)
}

function checkIpBind(report: Report, at: Path, bind: string): void {
  if (bind === '' || isIp(bind)) return
  report.error(at, 'bind', 'bind-invalid', `${quote(bind)} is not an IP address`)
}

function checkNumberUnique(report: Report, at: Path, number: number, numbers: Set<number>): void {
  if (numbers.has(number)) {
    report.error([...at, 'port'], 'number', 'port-duplicate', `there is another listener with the port ${number}`)
  }
  numbers.add(number)
}

const LOCAL_HOSTS: ReadonlySet<string> = new Set(['', '127.0.0.1', UNSPECIFIED, '::1', UNSPECIFIED_IPV6])

function checkDefaultEndpoint(report: Report, at: Path, endpoint: string): void {
  if (endpoint.startsWith(UNIX_PREFIX)) {
    checkUnixPath(report, at, 'defaultEndpoint', endpoint)
    return
  }
  const split = splitHostPort(endpoint)
  if (split && LOCAL_HOSTS.has(split.host) && isPort(parseInteger(split.port) ?? 0)) return
  const message = `${quote(endpoint)} is not an address of the workload itself`
  const hint = 'write 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix://PATH'
  report.error(at, 'defaultEndpoint', 'default-endpoint-invalid', message, hint)
}

const HOST_PORT = /^(?:\[(?<bracketed>[^[\]]*)\]|(?<plain>[^:[\]]*)):(?<port>[^:[\]]*)$/

/** `HOST:PORT`, with an IPv6 host in brackets, as Go's net.SplitHostPort reads it. */
function splitHostPort(text: string): { host: string; port: string } | undefined {
  const groups = HOST_PORT.exec(text)?.groups
  return groups && { host: groups.bracketed ?? groups.plain ?? '', port: groups.port ?? '' }
}

const UNSUPPORTED_TLS_FIELDS = ['subjectAltNames', 'credentialName', 'credentialNames', 'tlsCertificates'] as const

function checkIngressTls(report: Report, at: Path, tls: ServerTLSSettings, port: SidecarPort): void {
  for (const field of UNSUPPORTED_TLS_FIELDS) {
    if (tls[field].length === 0) continue
    report.error(at, field, 'sidecar-tls-unsupported', `${field} is not supported in a Sidecar`)
  }
  if (tls.httpsRedirect) {
    report.error(at, 'httpsRedirect', 'sidecar-tls-unsupported', 'httpsRedirect is not supported in a Sidecar')
  }
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH') {
    report.error(at, 'mode', 'sidecar-tls-unsupported', `mode ${tls.mode} is not supported in a Sidecar`)
  }
  if (protocolClass(port.protocol) !== 'tls') {
    const message = `protocol ${quote(port.protocol)} is not encrypted, so it takes no tls settings`
    report.error(at.slice(0, -1), 'tls', 'tls-unexpected', message, 'use protocol HTTPS or TLS')
  }
  checkServerTls(report, at, tls)
}

function checkEgress(report: Report, listeners: readonly IstioEgressListener[], namespace: string): void {
  const numbers = new Set<number>()
  const sockets = new Set<string>()
  for (let index = 0; index < listeners.length; index++) {
    const listener = listeners[index]
    if (!listener) continue
    const at = [...EGRESS, index]
    if (!listener.port) {
      if (index < listeners.length - 1) {
        const message = 'the listener without a port takes what the others leave, so it must be the last one'
        report.error(EGRESS, index, 'egress-order', message)
      }
    } else {
      checkSidecarPort(report, at, listener.port)
      if (listener.port.number === 0) checkSocket(report, at, listener, sockets)
      else checkEgressNumber(report, at, listener.port.number, listener.bind, numbers)
    }
    checkEgressHosts(report, at, listener.hosts, namespace)
  }
}

function checkEgressNumber(report: Report, at: Path, number: number, bind: string, numbers: Set<number>): void {
  checkPort(report, [...at, 'port'], 'number', number)
  checkIpBind(report, at, bind)
  checkNumberUnique(report, at, number, numbers)
}

function checkSocket(report: Report, at: Path, listener: IstioEgressListener, sockets: Set<string>): void {
  const { bind, captureMode } = listener
  if (bind.startsWith(UNIX_PREFIX)) {
    checkUnixPath(report, at, 'bind', bind)
  } else {
    report.error(at, 'bind', 'bind-invalid', `a port with the number 0 needs bind unix://PATH, not ${quote(bind)}`)
  }
  if (captureMode !== 'DEFAULT' && captureMode !== 'NONE') {
    const message = `a socket can have captureMode DEFAULT or NONE, not ${captureMode}`
    report.error(at, 'captureMode', 'capture-mode-invalid', message)
  }
  if (sockets.has(bind)) {
    report.error(at, 'bind', 'port-duplicate', `there is another listener on ${quote(bind)}`)
  }
  sockets.add(bind)
}

function checkEgressHosts(report: Report, parent: Path, hosts: readonly string[], namespace: string): void {
  if (hosts.length === 0) {
    report.error(parent, 'hosts', 'hosts-required', 'an egress listener needs at least one host')
    return
  }
  const at = [...parent, 'hosts']
  const excludes = report.settings.has('excluded-egress-hosts')
  const selected = new EgressSelection(namespace, excludes)
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? ''
    if (selected.covers(host)) {
      report.warn(at, index, 'egress-host-duplicate', `${quote(host)} overlaps another host of this listener`)
    }
    const problem = egressHostProblem(host, excludes)
    if (problem === undefined) continue
    const message = `${quote(host)} is not a host of an egress listener: ${problem}`
    report.error(at, index, 'egress-host-invalid', message, 'write NAMESPACE/HOST, such as ./* or */*.example.com')
  }
  if (selected.allBesideOthers) {
    report.warn(parent, 'hosts', 'egress-host-duplicate', '*/* selects everything, so the other hosts have no effect')
  }
}

/** @param excludes whether a leading ~ excludes hosts; otherwise it means no namespace and must be alone */
function egressHostProblem(host: string, excludes: boolean): string | undefined {
  const slash = host.indexOf('/')
  if (slash < 0) return 'it has no namespace'
  if (slash === 0 || slash === host.length - 1) return 'namespace and host must not be empty'
  const marked = host.startsWith('~') && (excludes || slash === 1)
  const namespace = host.slice(marked ? 1 : 0, slash)
  if (namespace !== '' && namespace !== '*' && namespace !== '.' && !isLabel(namespace)) {
    return `${quote(namespace)} is neither *, . nor a namespace`
  }
  return scopedHostProblem(host.slice(slash + 1), false)
}

const ALL = '*'

/** The hosts of one egress listener so far, by namespace, without those that are excluded (`~`). */
class EgressSelection {
  readonly #namespaces = new Map<string, Set<string>>()
  readonly #own: string
  readonly #excludes: boolean

  constructor(own: string, excludes: boolean) {
    this.#own = own
    this.#excludes = excludes
  }

  /** Adds a host. @returns whether it overlaps earlier hosts of its namespace */
  covers(host: string): boolean {
    const slash = host.indexOf('/')
    if (slash < 0 || (this.#excludes && host.startsWith('~'))) return false
    const namespace = slash === 1 && host.startsWith('.') ? this.#own : host.slice(0, slash)
    const name = host.slice(slash + 1)
    const names = this.#namespaces.get(namespace)
    if (!names) {
      this.#namespaces.set(namespace, new Set([name]))
      return false
    }
    const overlaps = name === ALL || names.has(name) || names.has(ALL)
    names.add(name)
    return overlaps
  }

  get allBesideOthers(): boolean {
    return this.#namespaces.size > 1 && (this.#namespaces.get(ALL)?.has(ALL) ?? false)
  }
}

const POLICY: Path = ['spec', 'outboundTrafficPolicy']
/** The number of ALLOW_ANY_DYNAMIC_DNS, a mode that exists only in the mesh configuration. */
const MESH_ONLY_MODE = '3'

function checkOutboundPolicy(report: Report, { mode, egressProxy }: OutboundTrafficPolicy): void {
  if ((mode as string) === MESH_ONLY_MODE) {
    report.error(
      POLICY,
      'mode',
      'outbound-policy-invalid',
      'mode ALLOW_ANY_DYNAMIC_DNS is for the mesh configuration only',
    )
    return
  }
  if (!egressProxy) return
  const at = [...POLICY, 'egressProxy']
  if (mode !== 'ALLOW_ANY') {
    report.error(POLICY, 'mode', 'outbound-policy-invalid', `egressProxy needs mode ALLOW_ANY, not ${mode}`)
    return
  }
  const problem = fqdnProblem(egressProxy.host)
  if (problem !== undefined) {
    const message = `${quote(egressProxy.host)} is not a host name: ${problem}`
    report.error(at, 'host', 'destination-invalid', message)
  }
  if (egressProxy.port) checkDestination(report, at, egressProxy)
  else report.error(at, 'port', 'port-required', 'egressProxy needs a port')
}
