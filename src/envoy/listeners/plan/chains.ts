/** The planned filter chains of outbound listeners. */
import { addressBits, ipFamily, ipText, ipValue, maskedValue, parsePrefix } from '../../../common/addresses.ts'
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

/** Chains in listener order: the last one that matches everything comes last. */
export function writtenChains(chains: readonly Chain[]): { readonly specific: Chain[]; readonly matchAll?: Chain } {
  const specific = chains.filter(({ match }) => !isMatchAll(match))
  const matchAll = chains.findLast(({ match }) => isMatchAll(match))
  return { specific, ...(matchAll && { matchAll }) }
}

/** An address or prefix as a masked prefix, for comparison; undefined for the unspecified address or invalid text. */
export function maskedPrefix(text: string): string | undefined {
  const family = ipFamily(text)
  const prefix = family === 0 ? parsePrefix(text) : { family, value: ipValue(text) ?? 0n, bits: addressBits(family) }
  if (!prefix || (prefix.family === 4 && prefix.value === 0n)) return undefined
  return `${ipText(prefix.family, maskedValue(prefix))}/${prefix.bits}`
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
