import { PeerAuthentication } from '../messages/peer-authentication.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkSelector, warnEmptySelector } from './values/labels.ts'
import { isPort } from './values/ports.ts'

const SPEC: Path = ['spec']
const PORTS: Path = ['spec', 'portLevelMtls']
/** Ports are map keys, written as decimal strings. */
const NUMBER = /^[1-9][0-9]*$/

/** Transcribes the reference's ValidatePeerAuthentication. */
export function validatePeerAuthentication({ spec }: Resource<PeerAuthentication>, report: Report): void {
  const { selector, portLevelMtls } = spec
  if (portLevelMtls !== PeerAuthentication.zero.portLevelMtls) checkPorts(report, spec)
  if (!selector) return
  checkSelector(report, SPEC, 'selector', 'matchLabels', selector.matchLabels)
  warnEmptySelector(report, SPEC, 'selector', selector.matchLabels)
}

function checkPorts(report: Report, { selector, portLevelMtls }: PeerAuthentication): void {
  if (portLevelMtls.size === 0) {
    report.error(SPEC, 'portLevelMtls', 'port-mtls-invalid', 'portLevelMtls is there, but names no port')
  } else if (!selector || selector.matchLabels.size === 0) {
    const message = 'portLevelMtls needs a selector: it cannot be set for a whole namespace or mesh'
    report.error(SPEC, 'portLevelMtls', 'port-mtls-invalid', message)
  }
  for (const port of portLevelMtls.keys()) {
    if (NUMBER.test(port) && isPort(Number(port))) continue
    report.error(PORTS, port, 'port-range', `a port must be between 1 and 65535, not ${quote(port)}`)
  }
}
