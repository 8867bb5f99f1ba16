/** Addresses that the input leaves to the cluster, marked where they are printed. */
import type { Assumed } from '../resources/snapshot.ts'
import { placeMessage } from './place.ts'

/** Tells whether a text names an address that was assumed. */
export type IsAssumed = (text: string) => boolean

/** An IPv4 address, with or without a port, or an IPv6 address. */
const ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+/gi

export function assumedIn({ addresses }: Assumed): IsAssumed {
  if (addresses.size === 0) return () => false
  return (text) => (text.match(ADDRESS) ?? []).some((address) => addresses.has(address))
}

/** The text, with `(assumed)` behind it when it names an assumed address. */
export const assumedMark = (text: string, isAssumed: IsAssumed): string =>
  isAssumed(text) ? `${text} (assumed)` : text

/**
 * Assumed addresses with the objects that have them, in the order of the objects.
 * @param shown leaves out the others
 * @returns `assumed` as a field of its own; nothing when there is none
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
