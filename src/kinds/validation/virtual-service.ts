import { ANNOTATIONS } from '../../common/istio-names.ts'
import type {
  L4MatchAttributes,
  TCPRoute,
  TLSMatchAttributes,
  TLSRoute,
  VirtualService,
} from '../messages/virtual-service.ts'
import type { Resource } from '../resource.ts'
import { checkMatchSource } from './http-match.ts'
import { checkHttpRoute } from './http-route.ts'
import { type Path, quote, type Report } from './report.ts'
import { warnCovered, warnUnreachable } from './unreachable.ts'
import { checkSubnet, isIp } from './values/addresses.ts'
import { checkDestinations, checkGatewayNames } from './values/destination.ts'
import { gatewayBoundDomainProblem, HostIndex, wildcardDomainProblem } from './values/hosts.ts'
import { isClaim } from './values/http-values.ts'
import { checkExportTo } from './values/labels.ts'

const SPEC: Path = ['spec']
const HOSTS: Path = ['spec', 'hosts']
const HTTP: Path = ['spec', 'http']
const TLS: Path = ['spec', 'tls']
const TCP: Path = ['spec', 'tcp']

/** The gateway name that means all sidecars. */
const MESH_GATEWAY = 'mesh'

/** What the checks of one VirtualService have in common. */
interface Context {
  readonly hosts: HostIndex
  /** Bound to gateways only, not to the mesh. */
  readonly gatewayOnly: boolean
  /** Generated from another API, which already validated names and destinations. */
  readonly foreign: boolean
}

/** Transcribes the reference's ValidateVirtualService. */
export function validateVirtualService({ spec, meta }: Resource<VirtualService>, report: Report): void {
  const context: Context = {
    hosts: new HostIndex(spec.hosts),
    gatewayOnly: spec.gateways.length > 0 && !spec.gateways.includes(MESH_GATEWAY),
    foreign: meta.annotations.get(ANNOTATIONS.routeSemantics) === 'gateway',
  }
  if (spec.hosts.length === 0) checkDelegate(report, spec)
  checkGatewayNames(report, ['spec', 'gateways'], spec.gateways, context.foreign)
  if (!context.gatewayOnly) checkClaims(report, spec)
  checkHosts(report, spec, context)
  if (spec.http.length + spec.tls.length + spec.tcp.length === 0) {
    report.error([], 'spec', 'routes-required', 'http, tls or tcp routes are needed')
  }
  checkRoutes(report, spec, context)
  checkExportTo(report, meta.namespace, spec.exportTo)
  warnCovered(report, HTTP, spec.http, warnUnreachable(report, HTTP, spec.http))
  warnUnreachable(report, TCP, spec.tcp)
  warnUnreachable(report, TLS, spec.tls)
}

/** A VirtualService without hosts is a delegate, which has HTTP routes only. */
function checkDelegate(report: Report, spec: VirtualService): void {
  for (const field of ['gateways', 'tls', 'tcp'] as const) {
    if (spec[field].length === 0) continue
    const message = `a VirtualService without hosts is a delegate, which cannot have ${field}`
    report.error(SPEC, field, 'delegate-invalid', message)
  }
}

/** Sidecars do not verify tokens, so they cannot route by claims. */
function checkClaims(report: Report, { http }: VirtualService): void {
  for (let rule = 0; rule < http.length; rule++) {
    const matches = http[rule]?.match ?? []
    for (let position = 0; position < matches.length; position++) {
      for (const field of ['headers', 'withoutHeaders'] as const) {
        for (const name of matches[position]?.[field].keys() ?? []) {
          if (!isClaim(name)) continue
          const message = `${quote(name)} is known to gateways only, and this VirtualService is for the mesh`
          report.error([...HTTP, rule, 'match', position, field], name, 'claim-needs-gateway', message)
        }
      }
    }
  }
}

function checkHosts(report: Report, spec: VirtualService, context: Context): void {
  const { hosts } = spec
  const sni = spec.tls.some((route) => route.match.some((match) => match.sniHosts.length > 0))
  let valid = true
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? ''
    const problem = domainProblem(host, context, sni)
    if (problem !== undefined && !isIp(host)) {
      report.error(HOSTS, index, 'host-invalid', `${quote(host)} is not a host name: ${problem}`)
      valid = false
    } else if (host === '*' && !context.gatewayOnly) {
      const message = 'the host * is for gateways only, and this VirtualService is for the mesh'
      report.error(HOSTS, index, 'full-wildcard', message)
      valid = false
    }
  }
  if (!valid) return
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? ''
    const other = context.hosts.covering(host, index)
    if (other === undefined) continue
    const message = `${quote(host)} is covered by the host ${quote(hosts[other] ?? '')}`
    report.error(HOSTS, index, 'host-duplicate', message)
  }
}

function domainProblem(host: string, { gatewayOnly }: Context, sni: boolean): string | undefined {
  return gatewayOnly ? gatewayBoundDomainProblem(host, sni) : wildcardDomainProblem(host)
}

function checkRoutes(report: Report, spec: VirtualService, context: Context): void {
  const delegate = spec.hosts.length === 0
  for (let index = 0; index < spec.http.length; index++) {
    const route = spec.http[index]
    if (route) checkHttpRoute(report, [...HTTP, index], route, delegate, context.foreign)
  }
  for (let index = 0; index < spec.tls.length; index++) {
    const route = spec.tls[index]
    if (route) checkTlsRoute(report, [...TLS, index], route, context)
  }
  const tcpReport = report.errorsOnly()
  for (let index = 0; index < spec.tcp.length; index++) {
    const route = spec.tcp[index]
    if (route) checkTcpRoute(tcpReport, [...TCP, index], route, context)
  }
}

function checkTlsRoute(report: Report, at: Path, route: TLSRoute, context: Context): void {
  if (route.match.length === 0) report.error(at, 'match', 'match-required', 'a TLS route needs a match of SNI hosts')
  for (let index = 0; index < route.match.length; index++) {
    const match = route.match[index]
    if (match) checkTlsMatch(report, [...at, 'match', index], match, context)
  }
  if (route.route.length === 0) report.error(at, 'route', 'route-action-required', 'a TLS route needs a destination')
  checkDestinations(report, [...at, 'route'], route.route, context.foreign)
}

function checkTlsMatch(report: Report, at: Path, match: TLSMatchAttributes, context: Context): void {
  if (match.sniHosts.length === 0) report.error(at, 'sniHosts', 'match-required', 'a TLS match needs SNI hosts')
  for (let index = 0; index < match.sniHosts.length; index++) {
    checkSniHost(report, [...at, 'sniHosts'], index, match.sniHosts[index] ?? '', context)
  }
  checkL4Match(report, at, match)
}

function checkSniHost(report: Report, at: Path, index: number, host: string, context: Context): void {
  const problem = domainProblem(host, context, true)
  if (problem === undefined) {
    if (context.hosts.covering(host) !== undefined) return
    report.error(at, index, 'sni-host-invalid', `${quote(host)} is not covered by a host of the VirtualService`)
  } else if (isIp(host)) {
    report.warn(at, index, 'sni-host-ip', `${quote(host)} is an IP address, which clients do not send as SNI`)
  } else {
    report.error(at, index, 'sni-host-invalid', `${quote(host)} is not a host name: ${problem}`)
  }
}

function checkL4Match(report: Report, at: Path, match: TLSMatchAttributes | L4MatchAttributes): void {
  for (let index = 0; index < match.destinationSubnets.length; index++) {
    checkSubnet(report, [...at, 'destinationSubnets'], index, match.destinationSubnets[index] ?? '')
  }
  checkMatchSource(report, at, match)
}

function checkTcpRoute(report: Report, at: Path, route: TCPRoute, context: Context): void {
  for (let index = 0; index < route.match.length; index++) {
    const match = route.match[index]
    if (match) checkL4Match(report, [...at, 'match', index], match)
  }
  if (route.route.length === 0) report.error(at, 'route', 'route-action-required', 'a TCP route needs a destination')
  checkDestinations(report, [...at, 'route'], route.route, context.foreign)
}
