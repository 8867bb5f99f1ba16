/** Which table answers which client. */
import { ipFamily, ipValue, type Prefix, prefixContains } from '../common/addresses.ts'

/** The clients of a prefix get a table of their own. */
export interface ClientView<T> {
  readonly prefix: Prefix
  readonly of: T
}

const MAPPED = '::ffff:'
/** Clients whose view is remembered. */
const MOST_REMEMBERED = 4096

/** An IPv4 client has an IPv6 address on a socket for both families. */
export const clientAddress = (address: string): string =>
  address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address

function contains(prefix: Prefix, address: string): boolean {
  const family = ipFamily(address)
  return family !== 0 && prefixContains(prefix, family, ipValue(address) as bigint)
}

/** @typeParam T what a client gets */
export class Views<T extends object> {
  readonly #fallback: T
  /** The longest prefix first. */
  readonly #views: readonly ClientView<T>[]
  readonly #remembered = new Map<string, T>()

  /** @param fallback for clients without a view */
  constructor(fallback: T, views: readonly ClientView<T>[]) {
    this.#fallback = fallback
    this.#views = [...views].sort((a, b) => b.prefix.bits - a.prefix.bits)
  }

  /** @param address as a socket reports it */
  of(address: string): T {
    if (this.#views.length === 0) return this.#fallback
    const known = this.#remembered.get(address)
    if (known) return known
    const client = clientAddress(address)
    const found = this.#views.find(({ prefix }) => contains(prefix, client))?.of ?? this.#fallback
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(address, found)
    return found
  }
}
