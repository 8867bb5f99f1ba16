/** The rules by which the kernel redirects connections, as istio-init writes them for a pod, for nft(8). */
import { ipFamily, parsePrefix } from '../../common/addresses.ts'
import type { OutboundLists } from '../../simulation/capture.ts'
import { SENDERS, SENDERS_TO_WORKLOAD } from './sources.ts'

/** Ports of the sandbox, which are those of a pod where a pod has one. */
export const PORTS = {
  outbound: 15001,
  agentDns: 15053,
  upstreamDns: 15054,
  admin: 15000,
  otherEchoes: 19_999,
} as const

/** A connection of a proxy that another proxy takes. */
export interface Entry {
  readonly address: string
  readonly port: number
  /** Where that proxy listens. */
  readonly to: { readonly address: string; readonly port: number }
}

export interface NetworkRules {
  /** Addresses of the client's own pod. */
  readonly ownAddresses: readonly string[]
  readonly lists: OutboundLists
  /** Whether outbound connections are redirected at all. */
  readonly redirects: boolean
  readonly capturesDns: boolean
  readonly entries: readonly Entry[]
  /** The port of the echo server for each port of endpoints. */
  readonly echoPorts: ReadonlyMap<number, number>
}

type Family = 4 | 6

const IP: Readonly<Record<Family, string>> = { 4: 'ip', 6: 'ip6' }

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535

/** Only what is an address range gets into the script. */
function rangesOf(texts: readonly string[] | undefined, family: Family): readonly string[] {
  const ranges = (texts ?? []).filter((text) => parsePrefix(text) && ipFamily(text.split('/')[0] ?? '') === family)
  return [...new Set(ranges)]
}

/** One rule per range, because a set must not have ranges that overlap. */
const byRanges = (texts: readonly string[] | undefined, verdict: string): readonly string[] =>
  ([4, 6] as const).flatMap((family) =>
    rangesOf(texts, family).map((range) => `${IP[family]} daddr ${range} ${verdict}`),
  )

const byPorts = (texts: readonly string[] | undefined, verdict: string): readonly string[] =>
  [...new Set((texts ?? []).filter(isPort))].map((port) => `tcp dport ${port} ${verdict}`)

const singleAddress = (address: string): string => `${address}/${ipFamily(address) === 6 ? 128 : 32}`

const TO_PROXY = `meta l4proto tcp redirect to :${PORTS.outbound}`
const PAST_PROXY = 'goto proxies'

/** In the order in which `outboundCapture` of the simulation decides. */
function captureRules({ lists, ownAddresses, redirects }: NetworkRules): readonly string[] {
  const { excludedPorts, excludedRanges, includedPorts, includedRanges } = lists
  const isAll = !includedRanges || includedRanges.includes('*')
  const loopback = ['ip daddr 127.0.0.0/8 return', 'ip6 daddr ::1 return']
  if (!redirects) return [...loopback, PAST_PROXY]
  return [
    ...byPorts(excludedPorts, PAST_PROXY),
    ...loopback,
    ...byRanges(ownAddresses.map(singleAddress), 'return'),
    ...byRanges(excludedRanges, PAST_PROXY),
    ...byPorts(includedPorts, TO_PROXY),
    ...(isAll ? [TO_PROXY] : [...byRanges(includedRanges, TO_PROXY), PAST_PROXY]),
  ]
}

function entryRule({ address, port, to }: Entry): string {
  const family = ipFamily(address) === 6 ? 6 : 4
  const target = family === 6 ? `[${to.address}]:${to.port}` : `${to.address}:${to.port}`
  return `${IP[family]} daddr ${address} tcp dport ${port} dnat ${IP[family]} to ${target}`
}

const chain = (head: string, rules: readonly string[]): string => `  chain ${head} {\n    ${rules.join('\n    ')}\n  }`

/** A script for `nft -f` that replaces all rules at once. */
export function nftScript(rules: NetworkRules): string {
  const dns = rules.capturesDns ? PORTS.agentDns : PORTS.upstreamDns
  const echoes = [...rules.echoPorts].map(([port, echo]) => `tcp dport ${port} dnat to :${echo}`)
  const output = [
    'type nat hook output priority -100; policy accept;',
    'meta l4proto != { tcp, udp } return',
    `ip saddr ${SENDERS_TO_WORKLOAD[4]} goto endpoints`,
    `ip6 saddr ${SENDERS_TO_WORKLOAD[6]} goto endpoints`,
    `ip saddr ${SENDERS[4]} goto proxies`,
    `ip6 saddr ${SENDERS[6]} goto proxies`,
    `udp dport 53 redirect to :${dns}`,
    `tcp dport 53 redirect to :${dns}`,
    'meta l4proto udp return',
    ...captureRules(rules),
  ]
  return [
    'table inet vipctl',
    'delete table inet vipctl',
    'table inet vipctl {',
    chain('endpoints', [...echoes, `meta l4proto tcp dnat to :${PORTS.otherEchoes}`]),
    chain('proxies', [...rules.entries.map(entryRule), 'goto endpoints']),
    chain('output', output),
    '}',
    '',
  ].join('\n')
}
