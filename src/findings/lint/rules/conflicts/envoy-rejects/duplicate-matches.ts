/**
 * Filter chains of a listener whose matches overlap. istiod compares whole matches, but Envoy compares each server name
 * and prefix in them, so overlapping matches get past istiod and Envoy rejects them.
 */
import {
  type Chain,
  type ChainMatch,
  isMatchAll,
  type ListenerEntry,
  maskedPrefix,
  partyOf,
} from '../../../../../envoy/listeners/index.ts'
import type { Found } from '../../../rule.ts'
import type { ListenerSubject } from '../../../subjects.ts'
import { partyText, relatedParty, winnerText } from '../parties.ts'

const ANY: readonly string[] = ['']
/** At most this many combinations of server names and prefixes are checked per chain. */
const MOST_COMBINATIONS = 10_000

function prefixesOf({ cidr }: ChainMatch): readonly string[] {
  const prefixes = cidr.map(maskedPrefix).filter((prefix) => prefix !== undefined)
  return prefixes.length > 0 ? [...new Set(prefixes)] : ANY
}

function namesOf({ sni }: ChainMatch): readonly string[] {
  return sni.length === 0 || sni.includes('*') ? ANY : [...new Set(sni)]
}

const protocolsOf = ({ applicationProtocols }: ChainMatch): readonly string[] =>
  applicationProtocols.length > 0 ? applicationProtocols : ANY

/** Everything that a match includes, in the form that Envoy compares. */
function* combinations(match: ChainMatch): Iterable<string> {
  const [prefixes, names, protocols] = [prefixesOf(match), namesOf(match), protocolsOf(match)]
  let left = MOST_COMBINATIONS
  for (const prefix of prefixes) {
    for (const name of names) {
      for (const protocol of protocols) {
        if (left-- === 0) return
        yield `${prefix} ${name} ${match.transportProtocol} ${protocol}`
      }
    }
  }
}

interface Overlap {
  readonly chain: Chain
  readonly first: Chain
}

/** istiod drops the second of two equal matches, so only matches with several values can overlap. */
const mayOverlap = ({ match: { sni, cidr } }: Chain): boolean => sni.length > 1 || cidr.length > 1

/** Whether chains of a listener may match the same connections: cheap, to be asked first. */
export const mayHaveDuplicateMatches = ({ entry: { chains } }: ListenerSubject): boolean =>
  chains.length > 1 && chains.some(mayOverlap)

/** The first overlap of a listener, for which Envoy rejects the whole listener. */
function overlapOf({ chains }: ListenerEntry): Overlap | undefined {
  const known = new Map<string, Chain>()
  for (const chain of chains) {
    // The chain that matches everything becomes the default chain, which is not compared.
    if (isMatchAll(chain.match)) continue
    for (const key of combinations(chain.match)) {
      const first = known.get(key)
      if (first && first !== chain) return { chain, first }
      known.set(key, chain)
    }
  }
  return undefined
}

export function* duplicateMatches(listener: ListenerSubject): Iterable<Found> {
  const { entry } = listener
  const overlap = mayHaveDuplicateMatches(listener) ? overlapOf(entry) : undefined
  if (!overlap) return
  const [party, first] = [partyOf(overlap.chain.owner), partyOf(overlap.first.owner)]
  yield {
    message: `listener ${entry.name} has two filter chains for the same connections, of ${partyText(party)} and ${winnerText(first)}: Envoy rejects the listener, and none of its services is reached`,
    resource: party.resource,
    location: party.location,
    related: [relatedParty(first, 'has the other filter chain')],
  }
}
