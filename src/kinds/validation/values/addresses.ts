/** IP addresses, subnets and Unix sockets, as Go's net/netip reads them. */
import { UNIX_PREFIX } from '../../../common/addresses.ts'
import { isIPv4, isIPv6 } from '../../../common/ip-syntax.ts'
import type { PathStep } from '../../../sources/document.ts'
import { type Path, quote, type Report } from '../report.ts'

/** An IPv4 or IPv6 address; the latter may have a zone (`fe80::1%eth0`). */
export function isIp(text: string): boolean {
  if (isIPv4(text)) return true
  if (!text.includes(':')) return false
  const zone = text.indexOf('%')
  return zone < 0 ? isIPv6(text) : zone < text.length - 1 && isIPv6(text.slice(0, zone))
}

const BITS = /^(?:0|[1-9][0-9]{0,2})$/

/** An IP address or a CIDR block; host bits may be set. */
export function isSubnet(text: string): boolean {
  const slash = text.indexOf('/')
  // A zone may contain slashes, so a text with several slashes can only be an address.
  if (slash < 0 || text.includes('/', slash + 1)) return isIp(text)
  const bits = text.slice(slash + 1)
  if (!BITS.test(bits)) return false
  const address = text.slice(0, slash)
  return isIPv4(address) ? Number(bits) <= 32 : !address.includes('%') && isIPv6(address) && Number(bits) <= 128
}

export function checkSubnet(report: Report, parent: Path, step: PathStep, text: string): void {
  if (isSubnet(text)) return
  const hint = 'write an address such as 10.0.0.1 or 2001:db8::1, or a block such as 10.0.0.0/16'
  report.error(parent, step, 'address-invalid', `${quote(text)} is neither an IP address nor a CIDR block`, hint)
}

/** @param path the text after `unix://` */
function isUnixPath(path: string): boolean {
  return path.startsWith('@') || (path.startsWith('/') && !path.endsWith('/'))
}

export function checkUnixPath(report: Report, parent: Path, step: PathStep, address: string): void {
  if (isUnixPath(address.slice(UNIX_PREFIX.length))) return
  const hint = 'write unix:///path/to/socket, or unix://@name for an abstract socket'
  report.error(parent, step, 'unix-path-invalid', `${quote(address)} is not an absolute path to a socket`, hint)
}
