/** Sizes, offsets and flags of DNS messages (RFC 1035 section 4.1, RFC 6891). */

export const HEADER = 12
/** Bytes of a question after its name. */
export const TYPE_AND_CLASS = 4
/** Bytes of a record between its name and its data. */
export const RECORD_FIXED = 10

export const FLAG = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  zero: 0x0040,
  checkingDisabled: 0x0010,
} as const

export const OPCODE_MASK = 0x7800
export const RCODE_MASK = 0x000f

export const RCODE = { noError: 0, formatError: 1, serverFailure: 2, notImplemented: 4, refused: 5 } as const

export const TYPE = { a: 1, cname: 5, aaaa: 28, opt: 41 } as const

export const CLASS_IN = 1

/** Bytes that every client accepts by UDP. */
export const LEAST_UDP = 512
export const LARGEST_MESSAGE = 65_535

export const opcodeOf = (bits: number): number => (bits >>> 11) & 0xf

export const readUint16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number)

export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}
