/**
 * Addresses for objects without one. A hash of an object's name decides its address, so other objects rarely change it.
 */
import { type IpFamily, ipText } from '../../common/addresses.ts'
import { compareBytes } from '../../common/bytes.ts'
import { fnv1a } from '../../common/fnv.ts'
import { chooseRange, type Purpose, type UsedAddresses } from './ranges.ts'

/** Something that needs addresses. */
export interface Claim {
  /** Unique. */
  readonly key: string
  /** It gets one address per family, in this order. */
  readonly families: readonly IpFamily[]
}

/**
 * The key of a claim. The config cluster is '', because its ID must not change addresses. Names contain no line breaks.
 */
export const keyIn = (cluster: string, ...names: readonly string[]): string =>
  [...(cluster === '' ? [] : [cluster]), ...names].join('\n')

/**
 * Gives addresses to every claim: the one that the hash of its key selects, otherwise the next free one. Claims are
 * handled in the order of their keys, so a new object moves only those whose place it takes.
 * @returns addresses by key
 */
export function assignAddresses(
  claims: readonly Claim[],
  purpose: Purpose,
  used: () => UsedAddresses,
): ReadonlyMap<string, readonly string[]> {
  const inOrder = [...claims].sort((a, b) => compareBytes(a.key, b.key))
  const pools = new Map<IpFamily, (key: string) => string>()
  for (const family of [4, 6] as const) {
    const count = claims.filter(({ families }) => families.includes(family)).length
    if (count > 0) pools.set(family, poolOf(purpose, family, count, used()))
  }
  return new Map(inOrder.map(({ key, families }) => [key, families.map((family) => pools.get(family)?.(key) ?? '')]))
}

function poolOf(purpose: Purpose, family: IpFamily, count: number, used: UsedAddresses): (key: string) => string {
  const { first, size } = chooseRange(purpose, family, count, used)
  const taken = new Set<number>()
  return (key) => {
    for (let offset = fnv1a(key) % size; ; offset = (offset + 1) % size) {
      if (taken.has(offset)) continue
      taken.add(offset)
      const address = ipText(family, first + BigInt(offset))
      if (!used.has(address)) return address
    }
  }
}
