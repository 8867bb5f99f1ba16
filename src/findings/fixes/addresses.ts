/** Gives each entry its own addresses, and so its own listener. */
import { ipFamily } from '../../common/addresses.ts'
import type { ServiceEntryResource } from '../../kinds/index.ts'
import type { Change } from './change.ts'
import { type FixContext, namesOf, type Proposal, type Propose } from './context.ts'
import { captureMetadata } from './dns-capture.ts'

/** At most this many addresses of an entry are listed in the title. */
const MOST_NAMED = 3

interface Given {
  readonly entry: ServiceEntryResource
  readonly addresses: readonly string[]
  /** The proxy's own DNS server is the only source of the address for clients. */
  readonly invented: boolean
}

/** The addresses of its endpoints, which clients use anyway. */
function endpointAddresses({ spec }: ServiceEntryResource): readonly string[] {
  if (spec.resolution !== 'STATIC' || spec.endpoints.length === 0) return []
  const addresses = [...new Set(spec.endpoints.map(({ address }) => address))]
  return addresses.every((address) => ipFamily(address) !== 0) ? addresses : []
}

/** With resolution NONE, traffic goes to the address that the client used, so an invented one would lead nowhere. */
function addressesFor(entry: ServiceEntryResource, context: FixContext): Given | undefined {
  const own = endpointAddresses(entry)
  const isNew = own.some((address) => !entry.spec.addresses.includes(address))
  if (own.length > 0 && isNew) return { entry, addresses: own, invented: false }
  if (entry.spec.resolution === 'NONE') return undefined
  const address = context.freeAddress(entry)
  return address === undefined ? undefined : { entry, addresses: [address], invented: true }
}

function titleOf(given: readonly Given[], captures: boolean): string {
  const names = namesOf(given.map(({ entry }) => entry))
  return `give ${names} ${whatIsGiven(given)}${captures ? ' and capture DNS, so that clients get them' : ''}`
}

function whatIsGiven(given: readonly Given[]): string {
  const [first] = given
  if (given.length > 1 || !first) return 'their own addresses'
  const { addresses, invented } = first
  const some = addresses.slice(0, MOST_NAMED).join(', ')
  const more = addresses.length > MOST_NAMED ? ', ...' : ''
  return `the address${addresses.length > 1 ? 'es' : ''} ${some}${more}${invented ? '' : ' of its endpoints'}`
}

const setAddresses = (entry: ServiceEntryResource, addresses: readonly string[]): Change => ({
  kind: 'edit',
  resource: entry,
  edits: [{ path: ['spec', 'addresses'], value: [...addresses] }],
})

function withOwnAddresses(entries: readonly ServiceEntryResource[], context: FixContext): Proposal | undefined {
  const given = entries.map((entry) => addressesFor(entry, context)).filter((item) => item !== undefined)
  if (given.length === 0) return undefined
  const captures = given.some(({ invented }) => invented) && !context.view.proxy.dnsCapture
  const edits = given.map(({ entry, addresses }) => setAddresses(entry, addresses))
  const capture: Change = { kind: 'proxy-metadata', metadata: captureMetadata(false) }
  return { title: titleOf(given, captures), changes: captures ? [...edits, capture] : edits }
}

/** Hosts that share the addresses of an entry each get an automatic address instead. */
function withAutomaticAddresses(entries: readonly ServiceEntryResource[], context: FixContext): Proposal | undefined {
  const shared = entries.filter(({ spec }) => spec.hosts.length > 1 && spec.addresses.length > 0)
  if (shared.length === 0 || !context.view.usesVips) return undefined
  const whose = shared.length === 1 ? 'its hosts get' : 'their hosts get'
  return {
    title: `remove the addresses of ${namesOf(shared)}, so that ${whose} separate automatic ones`,
    changes: shared.map((entry) => setAddresses(entry, [])),
  }
}

/**
 * Gives the losers addresses; if that is impossible or does not help, gives the winner one, or separates the hosts of
 * an entry.
 */
export const proposeAddresses: Propose = function* (conflict, losers, context) {
  const entries = context.entriesOf(losers)
  const proposals = [
    () => withOwnAddresses(entries, context),
    () => withOwnAddresses(context.entriesOf([conflict.winner]), context),
    () => withAutomaticAddresses(entries, context),
  ]
  for (const propose of proposals) {
    const proposal = propose()
    if (proposal) yield proposal
  }
}
