/** One family's automatic addresses, handed out in order (pilot/pkg/controllers/ipallocate/ipallocate.go). */
import {
  addressBits,
  type IpFamily,
  ipFamily,
  ipText,
  ipValue,
  maskedValue,
  parsePrefix,
  prefixContains,
} from '../common/addresses.ts'

export class AddressPool {
  readonly family: IpFamily
  readonly prefix: string
  readonly #bounds: { readonly first: bigint; readonly end: bigint }
  readonly #parsed: NonNullable<ReturnType<typeof parsePrefix>>
  readonly #owners = new Map<string, object>()
  #next: bigint
  /** Nothing was free at the last look, so that a full range is not searched again and again. */
  #full = false

  /** @throws RangeError when the prefix is none */
  constructor(prefix: string) {
    const parsed = parsePrefix(prefix)
    if (!parsed) throw new RangeError(`${prefix} is not an IP prefix`)
    const base = maskedValue(parsed)
    this.family = parsed.family
    this.prefix = prefix
    this.#parsed = parsed
    this.#bounds = { first: base + 1n, end: base + (1n << BigInt(addressBits(parsed.family) - parsed.bits)) }
    this.#next = this.#bounds.first
  }

  /** How many addresses are still free, of those that can be handed out: the first one of the prefix cannot. */
  get free(): bigint {
    const { first, end } = this.#bounds
    const base = this.#owners.has(ipText(this.family, first - 1n)) ? 1 : 0
    return end - first - BigInt(this.#owners.size - base)
  }

  #contains(value: bigint): boolean {
    return prefixContains(this.#parsed, this.family, value)
  }

  /**
   * Records that an owner, whatever that is, uses an address; addresses outside the prefix are nobody's business.
   * @returns false when somebody else owns it
   */
  mark(address: string, owner: object): boolean {
    if (ipFamily(address) !== this.family) return true
    const value = ipValue(address) as bigint
    if (!this.#contains(value)) return true
    const text = ipText(this.family, value)
    const known = this.#owners.get(text)
    if (known !== undefined) return known === owner
    this.#owners.set(text, owner)
    return true
  }

  /** The next free address, '' when there is none. */
  take(owner: object): string {
    if (!this.#contains(this.#next)) this.#next = this.#bounds.first
    const found = this.#full
      ? undefined
      : (this.#takeFrom(this.#next, owner) ?? this.#takeFrom(this.#bounds.first, owner))
    this.#full = found === undefined
    return found ?? ''
  }

  #takeFrom(start: bigint, owner: object): string | undefined {
    for (let value = start; value < this.#bounds.end; value++) {
      const text = ipText(this.family, value)
      if (this.#owners.has(text)) continue
      this.#owners.set(text, owner)
      this.#next = value + 1n
      return text
    }
    return undefined
  }

  /** Gives an address back, when it was the owner's. */
  release(address: string, owner: object): void {
    if (ipFamily(address) !== this.family) return
    const value = ipValue(address) as bigint
    const text = ipText(this.family, value)
    if (this.#owners.get(text) !== owner) return
    this.#owners.delete(text)
    this.#full = false
    if (value < this.#next || !this.#contains(this.#next)) this.#next = value
  }
}
