/** What a proxy accepts for its own workload: ports, protocols and mutual TLS, in words. */
import { groupBy } from '../../../common/collections.ts'
import type { Origin } from '../../../envoy/explained.ts'
import type { Phrase } from '../draft.ts'
import { inboundPortText, type Place } from '../words/names.ts'
import { type Chain, isHttp, type ListenerSide } from './chains.ts'

type Mode = 'both' | 'strict' | 'plain'

const MODES: Readonly<Record<Mode, string>> = {
  both: 'mTLS and plain text',
  strict: 'only mTLS',
  plain: 'only plain text',
}

/** What is accepted on one port. */
interface Port {
  readonly mode: Mode
  readonly http: boolean
  readonly origins: readonly Origin[]
}

/** All ports that no chain is for. */
const OTHERS = 0

const BLACK_HOLE = 'virtualInbound-blackhole'

function modeOf(chains: readonly Chain[]): Mode {
  const mutual = chains.some(({ resource }) => resource.transportSocket !== undefined)
  const plain = chains.some(({ resource }) => resource.transportSocket === undefined)
  return mutual ? (plain ? 'both' : 'strict') : 'plain'
}

function portsOf(side: ListenerSide): ReadonlyMap<number, Port> {
  const chains = [...side.chains.values()].filter(({ resource }) => resource.name !== BLACK_HOLE)
  const groups = groupBy(chains, ({ resource }) => resource.filterChainMatch?.destinationPort ?? OTHERS)
  return new Map(
    [...groups].map(([port, group]) => [
      port,
      {
        mode: modeOf(group),
        http: group.some(({ resource }) => isHttp(resource)),
        origins: group.flatMap(({ origins }) => origins),
      },
    ]),
  )
}

/** A phrase about a port, with the origins of both sides. */
export interface InboundPhrase extends Phrase {
  readonly place: Place
  readonly was: readonly Origin[]
  readonly is: readonly Origin[]
}

const protocolText = ({ http }: Port): string => (http ? 'HTTP' : 'TCP')

function portText(name: string, port: number): string {
  if (port !== OTHERS) return inboundPortText(port)
  return name === 'virtualInbound' ? 'any other inbound port' : `inbound listener ${name}`
}

function phrasesOf(was: Port | undefined, is: Port | undefined): readonly Phrase[] {
  if (!was && is) {
    const rest = ` is served (${protocolText(is)}, ${MODES[is.mode]})`
    return [{ kind: 'reachable', lead: '', rest }]
  }
  if (was && !is) return [{ kind: 'unreachable', lead: '', rest: ` no longer belongs to a service` }]
  if (!was || !is) return []
  const phrases: Phrase[] = []
  if (was.mode !== is.mode) {
    const rest = ` accepts ${MODES[is.mode]} (before: ${MODES[was.mode]})`
    phrases.push({ kind: 'mtls-change', lead: '', rest, before: MODES[was.mode], after: MODES[is.mode] })
  }
  if (was.http !== is.http) {
    const [before, after] = [protocolText(was), protocolText(is)]
    phrases.push({ kind: 'route-change', lead: '', rest: ` takes ${after} (before: ${before})`, before, after })
  }
  return phrases
}

/** What clients of the workload notice of two versions of one inbound listener. */
export function inboundPhrases(before: ListenerSide, after: ListenerSide): readonly InboundPhrase[] {
  const [old, now] = [portsOf(before), portsOf(after)]
  const { name } = after.resource
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((port) => {
    const [was, is] = [old.get(port), now.get(port)]
    return phrasesOf(was, is).map((phrase) => ({
      ...phrase,
      place: { host: portText(name, port) },
      was: was?.origins ?? [],
      is: is?.origins ?? [],
    }))
  })
}

/** The ports whose chains come, go or change as a whole. */
export function portsInWords(before: ListenerSide, after: ListenerSide): ReadonlySet<number> {
  const [old, now] = [portsOf(before), portsOf(after)]
  const ports = [...new Set([...old.keys(), ...now.keys()])]
  return new Set(ports.filter((port) => phrasesOf(old.get(port), now.get(port)).length > 0))
}

export const portOfChain = ({ resource }: Chain): number => resource.filterChainMatch?.destinationPort ?? OTHERS
