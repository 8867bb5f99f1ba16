/** Ports and their protocols (pkg/config/protocol and pkg/config/validation/validation.go of the reference). */
import type { PathStep } from '../../../sources/document.ts'
import { type Path, quote, type Report } from '../report.ts'
import { isLabel } from './hosts.ts'

const LARGEST_PORT = 65535

export function isPort(number: number): boolean {
  return number >= 1 && number <= LARGEST_PORT
}

export function checkPort(report: Report, parent: Path, step: PathStep, number: number): void {
  if (isPort(number)) return
  report.error(parent, step, 'port-range', `a port must be between 1 and ${LARGEST_PORT}, not ${number}`)
}

export function checkPortName(report: Report, parent: Path, step: PathStep, name: string): void {
  if (isLabel(name)) return
  const message = name === '' ? 'a port needs a name' : `${quote(name)} is not a port name`
  const hint = 'a port name has up to 63 letters, digits and inner hyphens'
  report.error(parent, step, 'port-name-invalid', message, hint)
}

export type ProtocolClass = 'http' | 'tls' | 'tcp' | 'udp'

const CLASSES: ReadonlyMap<string, ProtocolClass> = new Map([
  ['http', 'http'],
  ['http2', 'http'],
  ['http_proxy', 'http'],
  ['grpc', 'http'],
  ['grpc-web', 'http'],
  ['https', 'tls'],
  ['tls', 'tls'],
  ['tcp', 'tcp'],
  ['mongo', 'tcp'],
  ['redis', 'tcp'],
  ['mysql', 'tcp'],
  ['udp', 'udp'],
])

/** What a protocol is carried over, ignoring case; undefined when it is unset or unknown. */
export function protocolClass(protocol: string): ProtocolClass | undefined {
  return CLASSES.get(protocol.toLowerCase())
}

const KNOWN = 'HTTP, HTTP2, HTTP_PROXY, GRPC, GRPC-Web, HTTPS, TLS, TCP, Mongo, Redis, MySQL or UDP'

/** A protocol must be known, or unset for detection. */
export function checkProtocol(report: Report, parent: Path, protocol: string): void {
  if (protocol === '' || protocolClass(protocol) !== undefined) return
  reportProtocol(report, parent, protocol)
}

export function reportProtocol(report: Report, parent: Path, protocol: string): void {
  const message =
    protocol === '' ? 'a protocol is needed here' : `${quote(protocol)} is not a protocol that Istio knows`
  report.error(parent, 'protocol', 'protocol-unsupported', message, `write ${KNOWN}`)
}
