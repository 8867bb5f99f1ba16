/** One family's automatic addresses, assigned in order (pilot/pkg/controllers/ipallocate/ipallocate.go). */
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

/** The bits of the last part of an address, as texts have them. */
const LAST_BITS = { 4: 8, 6: 16 } as const

/** Texts of addresses that follow each other: only the last part differs, and it decides nothing else unless it is 0. */
class Texts {
  readonly #family: IpFamily
  /** The text before the last part, and the value of this text. */
  #beginning = ''
  #others = -1n

  constructor(family: IpFamily) {
    this.#family = family
  }

  of(value: bigint): string {
    const bits = LAST_BITS[this.#family]
    const last = Number(BigInt.asUintN(bits, value))
    const others = value >> BigInt(bits)
    if (last === 0 || others !== this.#others) return this.#first(value, others, last)
    // A sum would be a string of two parts, which takes twice the memory.
    return [this.#beginning, this.#family === 4 ? last : last.toString(16)].join('')
  }

  #first(value: bigint, others: bigint, last: number): string {
    const text = ipText(this.#family, value)
    const separator = this.#family === 4 ? '.' : ':'
    // IPv4-mapped addresses end like IPv4.
    if (last === 0 || (this.#family === 6 && text.includes('.'))) return text
    this.#beginning = text.slice(0, text.lastIndexOf(separator) + 1)
    this.#others = others
    return text
  }
}

export class AddressPool {
  readonly family: IpFamily
  readonly prefix: string
  readonly #bounds: { readonly first: bigint; readonly end: bigint }
  readonly #parsed: NonNullable<ReturnType<typeof parsePrefix>>
  readonly #owners = new Map<string, object>()
  readonly #texts: Texts
  #next: bigint
  /** The last search found no free address, so a full range is not searched again. */
  #full = false

  /** @throws RangeError when the prefix is invalid */
  constructor(prefix: string) {
    const parsed = parsePrefix(prefix)
    if (!parsed) throw new RangeError(`${prefix} is not an IP prefix`)
    const base = maskedValue(parsed)
    this.family = parsed.family
    this.prefix = prefix
    this.#parsed = parsed
    this.#texts = new Texts(parsed.family)
    this.#bounds = { first: base + 1n, end: base + (1n << BigInt(addressBits(parsed.family) - parsed.bits)) }
    this.#next = this.#bounds.first
  }

  /** How many addresses are still free, without the first one of the prefix, which is never assigned. */
  get free(): bigint {
    const { first, end } = this.#bounds
    const base = this.#owners.has(ipText(this.family, first - 1n)) ? 1 : 0
    return end - first - BigInt(this.#owners.size - base)
  }

  #contains(value: bigint): boolean {
    return prefixContains(this.#parsed, this.family, value)
  }

  /**
   * Records that an owner uses an address; addresses outside the prefix are ignored.
   * @returns false when another owner has it
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

  /** The next free address; '' when there is none. */
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
      const text = this.#texts.of(value)
      if (this.#owners.has(text)) continue
      this.#owners.set(text, owner)
      this.#next = value + 1n
      return text
    }
    return undefined
  }

  /** Frees an address if the owner has it. */
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
