/** Names in messages. What is accepted, and how a name is written as text, follows miekg/dns, which the agent uses. */

/** Bytes of the longest name, with the length of each label and the root. */
const LONGEST = 255
/** Pointers that one name may follow. */
const MOST_POINTERS = 126
const LABEL = 0x00
/** The bits of a byte that begins a pointer. */
export const POINTER = 0xc0

/**
 * The offset after a name.
 * @param length of the message
 * @returns undefined if there is no valid name
 */
export function skipName(message: Uint8Array, start: number, length: number): number | undefined {
  let at = start
  let end = 0
  let pointers = 0
  let left = LONGEST
  while (at < length) {
    const size = message[at++] as number
    if ((size & POINTER) === LABEL) {
      if (size === 0) return pointers === 0 ? at : end
      if (at + size > length) return undefined
      left -= size + 1
      if (left <= 0) return undefined
      at += size
    } else if ((size & POINTER) === POINTER && at < length) {
      if (pointers++ === 0) end = at + 1
      if (pointers > MOST_POINTERS) return undefined
      at = ((size & 0x3f) << 8) | (message[at] as number)
    } else return undefined
  }
  return undefined
}

/** Reads a name that is valid (`skipName`). */
export function readName(message: Uint8Array, start: number): Uint8Array {
  const out = new Uint8Array(LONGEST)
  let to = 0
  for (let at = start; ; ) {
    const size = message[at] as number
    if ((size & POINTER) === POINTER) {
      at = ((size & 0x3f) << 8) | (message[at + 1] as number)
      continue
    }
    out.set(message.subarray(at, at + size + 1), to)
    to += size + 1
    at += size + 1
    if (size === 0) return out.slice(0, to)
  }
}

/** The lower case of a byte of a name. */
export const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)

/** In a text, these are preceded by a backslash. */
const SPECIAL: ReadonlySet<string> = new Set(['.', ' ', "'", '@', ';', '(', ')', '"', '\\'])

function characterOf(byte: number): string {
  if (byte < 0x20 || byte > 0x7e) return `\\${String(byte).padStart(3, '0')}`
  const character = String.fromCharCode(byte)
  return SPECIAL.has(character) ? `\\${character}` : character
}

/** The text of a name, with its final dot; unusual bytes are escaped as in zone files. */
export function nameText(name: Uint8Array): string {
  let text = ''
  for (let at = 0; name[at] !== 0; at += (name[at] as number) + 1) {
    const end = at + (name[at] as number)
    for (let index = at + 1; index <= end; index++) text += characterOf(name[index] as number)
    text += '.'
  }
  return text === '' ? '.' : text
}

const ESCAPED_BYTE = /^[0-9]{3}/
const DOT = 0x2e
const BACKSLASH = 0x5c
const LAST_ASCII = 0x7f

/** The labels of a text with its final dot, as bytes; characters beyond ASCII become their UTF-8 bytes. */
function labelsOf(text: string): number[][] {
  const labels: number[][] = []
  let label: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number
    if (code === DOT) {
      labels.push(label)
      label = []
    } else if (code === BACKSLASH) {
      const number = ESCAPED_BYTE.exec(text.slice(at + 1, at + 4))?.[0]
      label.push(number === undefined ? text.charCodeAt(at + 1) : Number(number))
      at += number?.length ?? 1
    } else if (code <= LAST_ASCII) label.push(code)
    else {
      const character = String.fromCodePoint(code)
      label.push(...new TextEncoder().encode(character))
      at += character.length - 1
    }
  }
  return labels
}

/**
 * The name of a text with its final dot.
 * @returns undefined if no message can have it, because of an empty label or its length
 */
export function nameBytes(text: string): Uint8Array | undefined {
  if (text === '.') return new Uint8Array(1)
  const labels = labelsOf(text)
  const bytes = new Uint8Array([...labels.flatMap((label) => [label.length, ...label]), 0])
  const fits = labels.every(({ length }) => length > 0 && length < 64) && bytes.length <= LONGEST
  return fits ? bytes : undefined
}

/** Offsets beyond this cannot be pointed to. */
const FARTHEST = 0x3fff

const suffixText = (name: Uint8Array, from: number): string => {
  let text = ''
  for (let index = from; index < name.length; index++) text += String.fromCharCode(name[index] as number)
  return text
}

/** Writes names of one message, each with a pointer to the longest end that an earlier name has. */
export class CompressedNames {
  readonly #out: Uint8Array
  /** The offset of the message. */
  readonly #start: number
  readonly #offsets = new Map<string, number>()

  constructor(out: Uint8Array, start: number) {
    this.#out = out
    this.#start = start
  }

  /**
   * @param to an offset in the buffer
   * @param end the offset that the message may not pass
   * @returns the offset after the name, or undefined if it does not fit
   */
  write(to: number, name: Uint8Array, end: number): number | undefined {
    let at = to
    for (let from = 0; name[from] !== 0; from += (name[from] as number) + 1) {
      const text = suffixText(name, from)
      const known = this.#offsets.get(text)
      if (known !== undefined) {
        if (at + 2 > end) return undefined
        this.#out[at] = POINTER | (known >>> 8)
        this.#out[at + 1] = known
        return at + 2
      }
      const size = (name[from] as number) + 1
      if (at + size > end) return undefined
      if (at - this.#start <= FARTHEST) this.#offsets.set(text, at - this.#start)
      this.#out.set(name.subarray(from, from + size), at)
      at += size
    }
    if (at + 1 > end) return undefined
    this.#out[at] = 0
    return at + 1
  }
}
