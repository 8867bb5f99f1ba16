/** Which records are valid: the fields of their data by type, as miekg/dns reads them. */
import { RECORD_FIXED, readUint16, TYPE } from './format.ts'
import { skipName } from './names.ts'

/**
 * The fields of each type's data: digits are bytes; `q` 16 of them, `x` as many as the byte before says, `X` as the two
 * bytes before; `n` a name, `s` a text with its length, `t` texts to the end, `m` a bitmap of types, `v` keys of a service, `o` options, `p` prefixes,
 * `g` a gateway of the type in the byte before its algorithm (`G`: in the byte before), `h` a host identity, `*`
 * anything. Data may end after any field but `x` and `X`.
 */
const FIELDS: Readonly<Record<string, readonly number[]>> = {
  '4': [TYPE.a, 101, 102],
  n: [2, 3, 4, TYPE.cname, 7, 8, 9, 12, 23, 39],
  nn44444: [6],
  '*': [10, 31, 32, 49, 61],
  ss: [13, 20],
  nn: [14, 17, 58],
  '2n': [15, 18, 21, 36, 107],
  t: [16, 56, 99, 258, 261],
  s: [19, 100],
  '2114442n*': [24, 46],
  '211*': [25, 43, 48, 57, 59, 60, 32768, 32769],
  '2nn': [26],
  sss: [27],
  q: [TYPE.aaaa],
  '1111444': [29],
  nm: [30, 47],
  '222n': [33],
  '22sssn': [35],
  '221*': [37],
  o: [TYPE.opt],
  p: [42],
  '11*': [44],
  '111g*': [45],
  '1121x1xm': [50],
  '1121x': [51],
  '111*': [52, 53],
  h: [55],
  '42m': [62],
  '411*': [63],
  '2nv': [64, 65],
  '28': [104, 106],
  '24': [105],
  '6': [108],
  '8': [109],
  '': [128, 255],
  n44222X2X: [249],
  n622X222X: [250],
  '22*': [256],
  '1s*': [257],
  '11G': [260],
}

const FIELDS_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(FIELDS).flatMap(([fields, types]) => types.map((type): [number, string] => [type, fields])),
)

/** A part of a message that a field may read; what it reads ends at `end`. */
type ReadField = (message: Uint8Array, at: number, end: number) => number | undefined

const within = (at: number, end: number): number | undefined => (at <= end ? at : undefined)

const text: ReadField = (message, at, end) => (at < end ? within(at + 1 + (message[at] as number), end) : undefined)

function repeated(read: ReadField): ReadField {
  return (message, start, end) => {
    let at: number | undefined = start
    while (at !== undefined && at < end) at = read(message, at, end)
    return at
  }
}

const MOST_BITMAP = 32

const bitmap: ReadField = (message, start, end) => {
  let last = -1
  let at = start
  while (at < end) {
    const window = message[at] as number
    const length = at + 1 < end ? (message[at + 1] as number) : 0
    if (window <= last || length === 0 || length > MOST_BITMAP) return undefined
    last = window
    at += 2 + length
  }
  return within(at, end)
}

/** The key that RFC 9460 reserves. */
const NO_KEY = 65_535

const serviceKeys: ReadField = (message, start, end) => {
  let last = -1
  let at = start
  while (at < end) {
    if (at + 4 > end) return undefined
    const key = readUint16(message, at)
    if (key <= last || key === NO_KEY) return undefined
    last = key
    at += 4 + readUint16(message, at + 2)
  }
  return within(at, end)
}

/** Lengths that the options of an OPT record may have, by code; any for others. */
const OPTION_LENGTHS: ReadonlyMap<number, (length: number) => boolean> = new Map([
  [1, (length: number) => length >= 18],
  [2, (length: number) => length === 4 || length === 8],
  [8, (length: number) => length >= 4],
  [9, (length: number) => length === 0 || length >= 4],
  [11, (length: number) => length === 0 || length === 2],
  [15, (length: number) => length >= 2],
])
const CLIENT_SUBNET = 8
/** Bits of an address by its family. */
const SUBNET_BITS = [0, 32, 128] as const

function isSubnet(message: Uint8Array, at: number): boolean {
  const family = readUint16(message, at)
  const bits = SUBNET_BITS[family]
  if (bits === undefined || (message[at + 2] as number) > bits) return false
  return family === 0 || (message[at + 3] as number) <= bits
}

const option: ReadField = (message, at, end) => {
  if (at + 4 > end) return undefined
  const code = readUint16(message, at)
  const length = readUint16(message, at + 2)
  if (at + 4 + length > end || OPTION_LENGTHS.get(code)?.(length) === false) return undefined
  if (code === CLIENT_SUBNET && !isSubnet(message, at + 4)) return undefined
  return at + 4 + length
}

const ADDRESS_BYTES = [0, 4, 16] as const

const prefix: ReadField = (message, at, end) => {
  if (at + 4 > end) return undefined
  const family = readUint16(message, at)
  const bytes = ADDRESS_BYTES[family] ?? 0
  const length = (message[at + 3] as number) & 0x7f
  const last = at + 4 + length
  if (bytes === 0 || (message[at + 2] as number) > 8 * bytes || length > bytes || last > end) return undefined
  return length > 0 && message[last - 1] === 0 ? undefined : last
}

function gateway(type: number, message: Uint8Array, at: number, end: number): number | undefined {
  if (type === 1) return within(at + 4, end)
  if (type === 2) return within(at + 16, end)
  return type === 3 ? skipName(message, at, end) : at
}

const hostIdentity: ReadField = (message, at, end) => {
  const size = end - at
  if (size <= 4) return size === 3 ? undefined : end
  const names = at + 4 + (message[at] as number) + readUint16(message, at + 2)
  return names >= end ? within(names, end) : repeated(skipName)(message, names, end)
}

const READ: Readonly<Record<string, ReadField>> = {
  n: skipName,
  s: text,
  t: repeated(text),
  q: (_message, at, end) => within(at + 16, end),
  x: (message, at, end) => within(at + (message[at - 1] as number), end),
  X: (message, at, end) => within(at + readUint16(message, at - 2), end),
  m: bitmap,
  v: serviceKeys,
  o: repeated(option),
  p: repeated(prefix),
  g: (message, at, end) => gateway(message[at - 2] as number, message, at, end),
  G: (message, at, end) => gateway((message[at - 1] as number) & 0x7f, message, at, end),
  h: hostIdentity,
  '*': (_message, _at, end) => end,
}

function isData(type: number, message: Uint8Array, start: number, end: number): boolean {
  const fields = FIELDS_OF.get(type)
  if (fields === undefined) return true
  let at: number | undefined = start
  let mayEnd = true
  for (const field of fields) {
    if (at === undefined || (at === end && mayEnd)) break
    const read = READ[field]
    at = read ? read(message, at, end) : within(at + Number(field), end)
    mayEnd = field.toLowerCase() !== 'x'
  }
  return at === end
}

/** A record of a message. */
export interface FoundRecord {
  readonly type: number
  readonly class: number
  readonly end: number
}

/**
 * Reads one record.
 * @param length of the message
 * @returns undefined if it is invalid
 */
export function readRecord(message: Uint8Array, start: number, length: number): FoundRecord | undefined {
  const fixed = skipName(message, start, length)
  if (fixed === undefined || fixed + RECORD_FIXED > length) return undefined
  const data = fixed + RECORD_FIXED
  const end = data + readUint16(message, data - 2)
  if (end > length) return undefined
  const type = readUint16(message, fixed)
  if (end > data && !isData(type, message, data, end)) return undefined
  return { type, class: readUint16(message, fixed + 2), end }
}
