/** Marks addresses that the input leaves to the cluster. */
import type { Assumed } from '../resources/snapshot.ts'
import { placeMessage } from './place.ts'

/** Tells whether a text contains an assumed address. */
export type IsAssumed = (text: string) => boolean

/** An IPv4 address, with or without a port, or an IPv6 address. */
const ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+/gi

export function assumedIn({ addresses }: Assumed): IsAssumed {
  if (addresses.size === 0) return () => false
  return (text) => (text.match(ADDRESS) ?? []).some((address) => addresses.has(address))
}

/** The text, followed by `(assumed)` if it contains an assumed address. */
export const assumedMark = (text: string, isAssumed: IsAssumed): string =>
  isAssumed(text) ? `${text} (assumed)` : text

/**
 * Assumed addresses with the objects that have them, in the order of the objects.
 * @param shown the only addresses to include
 * @returns an object with the field `assumed`, or an empty one
 */
export function assumedField({ addresses }: Assumed, shown?: ReadonlySet<string>): { readonly assumed?: object } {
  const all = [...addresses].filter(([address]) => shown?.has(address) ?? true)
  if (all.length === 0) return {}
  const assumed = all.map(([address, { kind, meta, location }]) => ({
    address,
    kind,
    namespace: meta.namespace,
    name: meta.name,
    location: placeMessage(location.child('metadata', 'name')),
  }))
  return { assumed }
}
