/**
 * One string for texts that are read again and again: the words of manifests are few, and each copy costs 32 bytes. A
 * table with a place for each hash and no chains: a clash only costs a copy. Lives as long as one file is read, for a
 * string that is cut out of a text keeps the text alive.
 */
const SLOTS = 4096
const LONGEST = 40

export class Interner {
  private readonly slots: (string | undefined)[] = new Array(SLOTS).fill(undefined)

  /** The text of `source` from `start` up to `end`. */
  slice(source: string, start: number, end: number): string {
    const length = end - start
    if (length > LONGEST || length === 0) return source.slice(start, end)
    const first = source.charCodeAt(start)
    const middle = source.charCodeAt(start + (length >> 1))
    const last = source.charCodeAt(end - 1)
    const slot = (Math.imul(first, 31) + Math.imul(middle, 1009) + Math.imul(last, 8191) + length) & (SLOTS - 1)
    const known = this.slots[slot]
    if (known !== undefined && known.length === length && source.startsWith(known, start)) return known
    const text = source.slice(start, end)
    this.slots[slot] = text
    return text
  }
}
