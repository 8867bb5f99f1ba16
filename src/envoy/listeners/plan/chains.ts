/** The planned filter chains of outbound listeners. */
import { ipText, maskedValue, type Prefix, parseRange } from '../../../common/addresses.ts'
import { compareBytes } from '../../../common/bytes.ts'
import type { VirtualServiceView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import type { TcpDestination } from '../../filters/plan/tcp-destination.ts'
import type { PortRef } from './conflicts.ts'

export interface ChainMatch {
  /** The protocols that the HTTP inspector must detect; empty for any. */
  readonly applicationProtocols: readonly string[]
  readonly transportProtocol: '' | 'raw_buffer'
  /** Server names; empty or including `*` for any. */
  readonly sni: readonly string[]
  /** Addresses and prefixes as declared; empty for any. */
  readonly cidr: readonly string[]
}

const NO_NAMES: readonly string[] = []
const NO_PREFIXES: readonly Prefix[] = []

interface ChainBase {
  readonly match: ChainMatch
  readonly owner: PortRef
  readonly origin: Origin
}

export interface TcpChain extends ChainBase {
  readonly kind: 'tcp'
  readonly to: TcpDestination
  /** The VirtualService route; undefined for the service's own cluster. */
  readonly route: object | undefined
  /** The VirtualService in the chain's metadata. */
  readonly virtualService: VirtualServiceView | undefined
}

export interface HttpChain extends ChainBase {
  readonly kind: 'http'
  readonly routeName: string
  /** The port is declared as gRPC-Web. */
  readonly grpcWeb: boolean
  readonly dynamicHost: string | undefined
}

export type Chain = TcpChain | HttpChain

export const MATCH_ALL: ChainMatch = { applicationProtocols: [], transportProtocol: '', sni: [], cidr: [] }

export function isMatchAll(match: ChainMatch): boolean {
  return (
    (match.sni.length === 0 || match.sni.includes('*')) &&
    match.applicationProtocols.length === 0 &&
    match.transportProtocol === '' &&
    match.cidr.length === 0
  )
}

/** Chains in listener order. Of those that match everything, the listener keeps the last one. */
export function writtenChains(chains: readonly Chain[]): { readonly specific: Chain[]; readonly matchAll?: Chain } {
  const specific = chains.filter(({ match }) => !isMatchAll(match))
  const matchAll = chains.findLast(({ match }) => isMatchAll(match))
  return { specific, ...(matchAll && { matchAll }) }
}

/** The server names that a chain asks for, sorted; empty for any. */
export function effectiveServerNames(names: readonly string[]): readonly string[] {
  if (names.length === 0 || names.includes('*')) return NO_NAMES
  return [...names].sort(compareBytes)
}

/** The prefixes that a chain asks for, in the order of their text: canonical, not masked, without the unspecified. */
export function effectivePrefixes(cidr: readonly string[]): readonly Prefix[] {
  if (cidr.length === 0) return NO_PREFIXES
  const sorted = cidr.length > 1 ? [...cidr].sort(compareBytes) : cidr
  return sorted.map(conditionOf).filter((prefix) => prefix !== undefined)
}

/** The range in a chain's condition; undefined for the unspecified IPv4 address, which matches all, and invalid text. */
function conditionOf(text: string): Prefix | undefined {
  const range = parseRange(text)
  return range && !(range.family === 4 && range.value === 0n) ? range : undefined
}

/** An address or prefix as a masked prefix, for comparison; undefined where a chain has no condition for it. */
export function maskedPrefix(text: string): string | undefined {
  const range = conditionOf(text)
  return range && `${ipText(range.family, maskedValue(range))}/${range.bits}`
}

/**
 * Two chains with the same signature cannot be in one listener (core/listener.go conflictsWith). It consists of the
 * sets of server names and masked prefixes, and the protocols.
 */
export function signatureOf(match: ChainMatch): string {
  const { applicationProtocols, transportProtocol, sni, cidr } = match
  if (sni.length === 0 && cidr.length === 0 && transportProtocol === '' && applicationProtocols.length === 0) return ''
  const names = [...new Set(sni)].filter((name) => name !== '*').sort()
  const prefixes = [...new Set(cidr.map(maskedPrefix))].filter((prefix) => prefix !== undefined).sort()
  if (transportProtocol === '' && applicationProtocols.length + names.length + prefixes.length === 0) return ''
  return JSON.stringify([transportProtocol, applicationProtocols, names, prefixes])
}
