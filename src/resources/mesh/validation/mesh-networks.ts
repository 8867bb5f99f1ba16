/** Why istiod refuses mesh networks, and where networks overlap (ValidateMeshNetworks of the reference). */

import { maskedValue, type Prefix, parsePrefix } from '../../../common/addresses.ts'
import { type Path, quote, Report, type ValidationResult } from '../../../kinds/validation/report.ts'
import { isIp, isSubnet } from '../../../kinds/validation/values/addresses.ts'
import { fqdnProblem, isLabel } from '../../../kinds/validation/values/hosts.ts'
import { checkPort } from '../../../kinds/validation/values/ports.ts'
import type { Features } from '../features.ts'
import type { MeshNetworks, Network } from '../mesh-networks.ts'

function checkEndpoints(report: Report, at: Path, { endpoints }: Network): void {
  endpoints.forEach(({ fromCidr, fromRegistry }, index) => {
    const path = [...at, 'endpoints', index]
    if (fromCidr !== undefined && !isSubnet(fromCidr)) {
      report.error(path, 'fromCidr', 'address-invalid', `${quote(fromCidr)} is not an address range`)
    }
    if (fromRegistry !== undefined && !isLabel(fromRegistry)) {
      const message = `${quote(fromRegistry)} is not a cluster name`
      report.error(path, 'fromRegistry', 'label-invalid', message, 'use up to 63 letters, digits and inner hyphens')
    }
  })
}

function checkGateways(report: Report, at: Path, { gateways }: Network): void {
  gateways.forEach(({ address, registryServiceName, port }, index) => {
    const path = [...at, 'gateways', index]
    if (registryServiceName !== undefined) {
      const problem = fqdnProblem(registryServiceName)
      const message = `${quote(registryServiceName)} is not a host name: ${problem}`
      if (problem !== undefined) report.error(path, 'registryServiceName', 'host-invalid', message)
    }
    if (address !== undefined && !isIp(address) && fqdnProblem(address) !== undefined) {
      report.error(path, 'address', 'address-invalid', `${quote(address)} is neither an IP nor a host name`)
    }
    checkPort(report, path, 'port', port)
  })
}

/** The position of a value among some network's endpoints. */
interface Claim {
  readonly network: string
  readonly index: number
}

/** Cluster names that several networks claim: which network applies is undefined. */
function warnSharedRegistries(report: Report, { networks }: MeshNetworks): void {
  const claims = new Map<string, Claim>()
  for (const [network, { endpoints }] of networks) {
    endpoints.forEach(({ fromRegistry }, index) => {
      if (fromRegistry === undefined) return
      const first = claims.get(fromRegistry)
      if (!first) claims.set(fromRegistry, { network, index })
      else if (first.network !== network) {
        const names = `${quote(first.network)} and ${quote(network)}`
        const message = `networks ${names} both claim cluster ${quote(fromRegistry)}`
        report.warn(['networks', network, 'endpoints', index], 'fromRegistry', 'match-ineffective', message)
      }
    })
  }
}

interface Range extends Claim {
  readonly text: string
  readonly first: bigint
  readonly last: bigint
}

function rangeOf(prefix: Prefix, network: string, index: number, text: string): Range {
  const first = maskedValue(prefix)
  const size = 1n << BigInt((prefix.family === 4 ? 32 : 128) - prefix.bits)
  return { network, index, text, first, last: first + size - 1n }
}

const describeRange = ({ text, network }: Range): string => `${text} of network ${quote(network)}`

/** Ranges are nested or disjoint, so in order of their starts each overlaps at most the ranges that are still open. */
function warnOverlaps(report: Report, ranges: Range[]): void {
  ranges.sort((a, b) =>
    a.first === b.first ? Number(b.last > a.last) - Number(b.last < a.last) : a.first < b.first ? -1 : 1,
  )
  const open: Range[] = []
  for (const range of ranges) {
    while (open.length > 0 && (open.at(-1) as Range).last < range.first) open.pop()
    const outer = open.at(-1)
    if (outer && outer.network !== range.network) {
      const message = `${describeRange(range)} overlaps ${describeRange(outer)}; the wider one applies`
      report.warn(['networks', range.network, 'endpoints', range.index], 'fromCidr', 'match-ineffective', message)
    }
    open.push(range)
  }
}

function warnOverlappingRanges(report: Report, { networks }: MeshNetworks): void {
  const byFamily = { 4: [] as Range[], 6: [] as Range[] }
  for (const [network, { endpoints }] of networks) {
    endpoints.forEach(({ fromCidr }, index) => {
      const prefix = fromCidr === undefined ? undefined : parsePrefix(fromCidr)
      if (prefix && fromCidr !== undefined) byFamily[prefix.family].push(rangeOf(prefix, network, index, fromCidr))
    })
  }
  warnOverlaps(report, byFamily[4])
  warnOverlaps(report, byFamily[6])
}

/** @returns errors, each of which makes istiod refuse all networks; warnings about networks that overlap */
export function meshNetworksIssues(networks: MeshNetworks, features: Features): ValidationResult {
  const report = new Report(features)
  for (const [name, network] of networks.networks) {
    checkEndpoints(report, ['networks', name], network)
    checkGateways(report, ['networks', name], network)
  }
  warnSharedRegistries(report, networks)
  warnOverlappingRanges(report, networks)
  return report.result()
}
