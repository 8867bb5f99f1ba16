/** The names that a client may use for a service (httproute.go generateVirtualHostDomains). */
import { ipFamily, UNSPECIFIED } from '../../../common/addresses.ts'
import { joinHostPort } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { RoutedService } from './routed-services.ts'
import type { RouteSettings } from './settings.ts'

const SVC = '.svc.'

/** IPv6 addresses and prefixes are in brackets in a Host header. */
export const hostHeader = (host: string): string => (host.includes(':') ? `[${host}]` : host)

export interface Domains {
  readonly all: readonly string[]
  /** Names derived from the host: they never replace a service that has exactly this name. */
  readonly derived: readonly string[]
}

/** `web`, `web.ns.svc` and `web.ns` for a client in the same namespace, without the first for others. */
function kubernetesNames(host: string, proxyDomain: string): readonly string[] {
  const suffix = proxyDomain.slice(proxyDomain.indexOf(SVC))
  const end = host.indexOf(SVC)
  const dot = host.indexOf('.')
  if (!host.endsWith(suffix) || end <= 0 || dot === end) return []
  const qualified = host.slice(0, end)
  const sameNamespace = host.slice(dot + 1, end) === proxyDomain.slice(0, proxyDomain.indexOf(SVC))
  return sameNamespace ? [host.slice(0, dot), `${qualified}.svc`, qualified] : [qualified, `${qualified}.svc`]
}

/** The rest of a host without the labels that it shares with the end of the proxy's domain. */
function shortNames(host: string, proxyDomain: string): readonly string[] {
  const labels = host.split('.')
  const domain = proxyDomain.split('.')
  let shared = 0
  while (shared < Math.min(labels.length, domain.length) && labels.at(-1 - shared) === domain.at(-1 - shared)) shared++
  if (shared === 0) return []
  const own = labels.slice(0, labels.length - shared)
  const short = own.join('.')
  // Two labels are a name and its namespace, which resolvers also complete with one label of the domain.
  return own.length === 2 ? [short, `${short}.${labels[own.length]}`] : [short]
}

/** A name as it is, and with the port if the listener serves all ports. */
function withPort(domain: string, port: number | undefined): readonly string[] {
  const plain = hostHeader(domain)
  return port === undefined ? [plain] : [plain, joinHostPort(domain, port)]
}

function absoluteNames(host: string, port: number | undefined): readonly string[] {
  const absolute = `${host}.`
  const names = ipFamily(host) === 0 ? [absolute] : []
  return port === undefined ? names : [...names, joinHostPort(absolute, port)]
}

function derivedNames(host: string, port: number | undefined, proxyDomain: string, absolute: boolean): string[] {
  const inKubernetes = proxyDomain.includes(SVC)
  const shorter = inKubernetes ? kubernetesNames(host, proxyDomain) : shortNames(host, proxyDomain)
  return [...(absolute ? absoluteNames(host, port) : []), ...shorter.flatMap((name) => withPort(name, port))]
}

/** Clients of a headless service may also use the names of its pods. */
const isHeadless = ({ service }: RoutedService): boolean =>
  service.resolution === 'Passthrough' && service.registry === 'Kubernetes'

/**
 * All domains of a service's virtual host, in the reference's order.
 * @param port also added to the domains of a listener that serves all ports; undefined elsewhere
 */
export function serviceDomains(
  routed: RoutedService,
  port: number | undefined,
  view: ProxyView,
  settings: RouteSettings,
): Domains {
  const all: string[] = []
  const derived: string[] = []
  for (const host of [routed.host, ...routed.aliases]) {
    const names = derivedNames(host, port, view.proxy.dnsDomain, settings.absoluteNames)
    all.push(...withPort(host, port), ...names)
    derived.push(...names)
  }
  if (isHeadless(routed)) all.push(...all.map((domain) => `*.${domain}`))
  for (const address of routed.addresses) {
    if (address !== '' && address !== UNSPECIFIED) all.push(...withPort(address, port))
  }
  return { all, derived }
}
