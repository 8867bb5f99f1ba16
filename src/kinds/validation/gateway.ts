import { UNIX_PREFIX } from '../../common/addresses.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import type { Gateway, Port, Server } from '../messages/gateway.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkServerTls } from './tls.ts'
import { checkUnixPath, isIp } from './values/addresses.ts'
import { isLabel, scopedHostProblem } from './values/hosts.ts'
import { checkPort, protocolClass, reportProtocol } from './values/ports.ts'

const SPEC: Path = ['spec']
const SERVERS: Path = ['spec', 'servers']

/** Transcribes the reference's ValidateGateway. */
export function validateGateway({ spec, meta }: Resource<Gateway>, report: Report): void {
  // Gateways generated from the Gateway API have this annotation.
  const foreign = meta.annotations.get(ANNOTATIONS.gatewaySemantics) === 'gateway'
  if (!foreign && !isLabel(meta.name)) {
    const hint = 'a Gateway name has up to 63 letters, digits and inner hyphens, but no dots'
    report.error(['metadata'], 'name', 'gateway-name-invalid', `${quote(meta.name)} is not a name of a Gateway`, hint)
  }
  if (spec.servers.length === 0) report.error(SPEC, 'servers', 'servers-required', 'at least one server is needed')
  const names = new Set<string>()
  for (let index = 0; index < spec.servers.length; index++) {
    const server = spec.servers[index]
    if (!server) continue
    const at = [...SERVERS, index]
    checkServer(report, at, server, foreign)
    if (server.port) checkServerName(report, at, server, server.port, names)
  }
}

function checkServer(report: Report, at: Path, server: Server, foreign: boolean): void {
  if (server.hosts.length === 0) report.error(at, 'hosts', 'hosts-required', 'a server needs at least one host')
  for (let index = 0; index < server.hosts.length; index++) {
    const host = server.hosts[index] ?? ''
    const problem = serverHostProblem(host, foreign)
    if (problem === undefined) continue
    const message = `${quote(host)} is not a host of a server: ${problem}`
    report.error([...at, 'hosts'], index, 'gateway-host-invalid', message, 'write HOST or NAMESPACE/HOST')
  }
  const portOk = checkServerPort(report, at, server)
  checkServerBind(report, at, server)
  if (server.tls) checkServerTls(report, [...at, 'tls'], server.tls)
  if (portOk && server.port) checkTlsUse(report, at, server, server.port)
}

function serverHostProblem(host: string, foreign: boolean): string | undefined {
  const slash = host.indexOf('/')
  if (slash < 0) return scopedHostProblem(host, true)
  const namespace = host.slice(0, slash)
  if (namespace !== '*' && namespace !== '.' && !(foreign && namespace === '~') && !isLabel(namespace)) {
    return `${quote(namespace)} is neither *, . nor a namespace`
  }
  return scopedHostProblem(host.slice(slash + 1), true)
}

/** @returns whether the port is valid */
function checkServerPort(report: Report, parent: Path, { port, bind }: Server): boolean {
  if (!port) {
    report.error(parent, 'port', 'port-required', 'a server needs a port')
    return false
  }
  const at = [...parent, 'port']
  const before = report.errorCount
  if (protocolClass(port.protocol) === undefined) reportProtocol(report, at, port.protocol)
  // The port number of a Unix socket is 0.
  if (port.number > 0 || !bind.startsWith(UNIX_PREFIX)) checkPort(report, at, 'number', port.number)
  if (port.targetPort > 0) {
    report.error(at, 'targetPort', 'target-port-unused', 'targetPort has no effect in a Gateway')
  }
  if (port.name === '') report.error(at, 'name', 'port-name-invalid', 'a port needs a name')
  return report.errorCount === before
}

function checkServerBind(report: Report, at: Path, { port, bind }: Server): void {
  if (bind.startsWith(UNIX_PREFIX)) {
    checkUnixPath(report, at, 'bind', bind)
    if (port && port.number !== 0) {
      const message = `${quote(bind)} is a socket, so the port number must be 0, not ${port.number}`
      report.error(at, 'bind', 'bind-invalid', message)
    }
  } else if (bind !== '' && !isIp(bind)) {
    report.error(at, 'bind', 'bind-invalid', `${quote(bind)} is neither an IP address nor unix:// with a path`)
  }
}

/** TLS settings are for TLS ports only; a plain HTTP port may redirect to HTTPS. */
function checkTlsUse(report: Report, at: Path, { tls }: Server, port: Port): void {
  const carrier = protocolClass(port.protocol)
  if (carrier === 'tls') {
    if (!tls) report.error(at, 'tls', 'tls-required', `protocol ${port.protocol} needs tls settings`)
    return
  }
  if (!tls) return
  const passing = tls.mode === 'PASSTHROUGH' || tls.mode === 'AUTO_PASSTHROUGH'
  const certificates = tls.caCertificates !== '' || tls.privateKey !== '' || tls.serverCertificate !== ''
  if (carrier === 'http' && passing && !certificates) return
  const message = `protocol ${port.protocol} is not encrypted, so it takes no tls settings`
  report.error(
    at,
    'tls',
    'tls-unexpected',
    message,
    'use protocol HTTPS or TLS; for HTTP only httpsRedirect may be set',
  )
}

function checkServerName(report: Report, at: Path, server: Server, port: Port, names: Set<string>): void {
  if (names.has(port.name)) {
    const message = `there is another server whose port is named ${quote(port.name)}`
    report.error([...at, 'port'], 'name', 'port-duplicate', message)
  }
  names.add(port.name)
  if (server.tls?.httpsRedirect && protocolClass(port.protocol) !== 'http') {
    const message = `httpsRedirect has no effect with protocol ${quote(port.protocol)}`
    report.warn([...at, 'tls'], 'httpsRedirect', 'https-redirect-ignored', message)
  }
}
