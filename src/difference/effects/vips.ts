/** Addresses of hosts that move, come and go, with the hosts that have them on the other side. */

import type { AllocatedRegistry, HostAllocation } from '../../allocation/allocation.ts'
import { append } from '../../common/collections.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { Effect, MeshSide, Sides, Source } from '../model.ts'
import { hostText, listText } from './words/names.ts'

/** The addresses of one host in one namespace, by all of its entries. */
interface HostAddresses {
  readonly host: string
  readonly addresses: readonly string[]
  readonly entries: readonly HostAllocation[]
}

type Hosts = ReadonlyMap<string, HostAddresses>

function hostsOf({ hosts }: AllocatedRegistry): Hosts {
  const groups = new Map<string, HostAllocation[]>()
  for (const allocation of hosts) append(groups, `${allocation.entry.meta.namespace}/${allocation.host}`, allocation)
  return new Map(
    [...groups].map(([key, entries]) => [
      key,
      {
        host: entries[0]?.host ?? '',
        addresses: [...new Set(entries.flatMap(({ addresses }) => addresses))],
        entries,
      },
    ]),
  )
}

/** The hosts that have an address. */
function ownersOf(hosts: Hosts): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>()
  for (const { host, addresses } of hosts.values()) for (const address of addresses) append(owners, address, host)
  return owners
}

/** Hosts other than one that have some of its addresses. */
function othersWith(
  owners: ReadonlyMap<string, readonly string[]>,
  addresses: readonly string[],
  host: string,
): string {
  const others = addresses.flatMap((address) => owners.get(address) ?? []).filter((other) => other !== host)
  return listText([...new Set(others)].map(hostText))
}

/** Addresses of spec.addresses are not automatic. */
function nounOf({ entries }: HostAddresses, count: number): string {
  const isAutomatic = entries.some(({ source }) => source !== 'own' && source !== 'none')
  if (count === 1) return isAutomatic ? 'VIP' : 'address'
  return isAutomatic ? 'VIPs' : 'addresses'
}

const sourcesOf = (host: HostAddresses | undefined): readonly Source[] =>
  (host?.entries ?? []).map(({ entry, hostIndex }) => ({
    what: describeResource(entry),
    location: entry.location.child('spec', 'hosts', hostIndex),
  }))

interface Owners {
  readonly before: ReadonlyMap<string, readonly string[]>
  readonly after: ReadonlyMap<string, readonly string[]>
}

/** Why a host has no address any more; '' if it is gone. */
const reasonOf = (is: HostAddresses | undefined): string => (is ? `: ${is.entries[0]?.reason ?? ''}` : '')

function wordsOf(was: HostAddresses | undefined, is: HostAddresses | undefined, owners: Owners): string {
  const [old, now] = [new Set(was?.addresses), new Set(is?.addresses)]
  const gone = [...old].filter((address) => !now.has(address))
  const come = [...now].filter((address) => !old.has(address))
  const host = (is ?? was)?.host ?? ''
  const noun = nounOf((come.length > 0 ? is : was) as HostAddresses, come.length > 0 ? come.length : gone.length)
  const holder = othersWith(owners.after, gone, host)
  const taken = holder === '' ? '' : `; ${holder} has ${gone.length === 1 ? 'it' : 'them'} now`
  if (come.length === 0)
    return `${hostText(host)} loses the ${noun} ${listText(gone)}${taken}${taken === '' ? reasonOf(is) : ''}`
  const former = othersWith(owners.before, come, host)
  const from = former === '' ? '' : `, which ${former} had`
  if (gone.length === 0) return `${hostText(host)} gets the ${noun} ${listText(come)}${from}`
  return `${hostText(host)} moves from ${listText(gone)} to ${listText(come)}${from}${taken === '' ? '' : `; ${holder} has ${listText(gone)} now`}`
}

/** A host that gets its first address affects no other host, unless another host had the address. */
function kindOf(was: HostAddresses | undefined, is: HostAddresses | undefined, owners: Owners): Effect['kind'] {
  if (!is || is.addresses.length === 0) return 'vip-gone'
  const isFirst = !was || was.addresses.length === 0
  return isFirst && othersWith(owners.before, is.addresses, is.host) === '' ? 'vip-new' : 'vip-change'
}

function effectOf(was: HostAddresses | undefined, is: HostAddresses | undefined, owners: Owners): Effect {
  const [before, after] = [was?.addresses.join(', '), is?.addresses.join(', ')]
  return {
    kind: kindOf(was, is, owners),
    subject: { kind: 'host', name: (is ?? was)?.host ?? '' },
    ...(before && { before }),
    ...(after && { after }),
    sentence: wordsOf(was, is, owners),
    sources: { before: sourcesOf(was), after: sourcesOf(is) },
    covers: [],
  }
}

const sameAddresses = (was: HostAddresses | undefined, is: HostAddresses | undefined): boolean => {
  const [a, b] = [was?.addresses ?? [], is?.addresses ?? []]
  const others = new Set(b)
  return a.length === b.length && a.every((address) => others.has(address))
}

/** One effect per host of a namespace whose addresses differ, in the order of the mesh after, those that are gone last. */
export function vipEffects({ before, after }: Sides<MeshSide>): readonly Effect[] {
  const [old, now] = [hostsOf(before.scope.registry), hostsOf(after.scope.registry)]
  const changed = [...new Set([...now.keys(), ...old.keys()])].filter(
    (key) => !sameAddresses(old.get(key), now.get(key)),
  )
  if (changed.length === 0) return []
  const owners = { before: ownersOf(old), after: ownersOf(now) }
  return changed.map((key) => effectOf(old.get(key), now.get(key), owners))
}
