/** Answers as the bytes of their records, made once for each name and type. */
import { ipFamily, ipValue } from '../common/addresses.ts'
import { TTL } from '../dns/lookup-table.ts'
import type { IndexAnswer } from '../dns/name-index.ts'
import { CLASS_IN, RECORD_FIXED, TYPE, writeUint16 } from './format.ts'
import { nameBytes } from './names.ts'

/** The records of an answer, without compression: a CNAME or none, then addresses of the same size. */
export interface Prepared {
  readonly bytes: Uint8Array
  readonly cname: { readonly owner: Uint8Array; readonly target: Uint8Array } | undefined
  /** The owner of the addresses. */
  readonly owner: Uint8Array
  readonly type: number
  /** The bytes of each address. */
  readonly addresses: readonly Uint8Array[]
}

/** The bytes of an address of 4 or 16 bytes. */
function addressBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(ipFamily(address) === 4 ? 4 : 16)
  let value = ipValue(address) ?? 0n
  for (let at = bytes.length - 1; at >= 0; at--) {
    bytes[at] = Number(value & 0xffn)
    value >>= 8n
  }
  return bytes
}

/** Writes what is between a record's name and its data. @returns the offset of the data */
export function writeFixed(out: Uint8Array, at: number, type: number, length: number): number {
  writeUint16(out, at, type)
  writeUint16(out, at + 2, CLASS_IN)
  writeUint16(out, at + 4, 0)
  writeUint16(out, at + 6, TTL)
  writeUint16(out, at + 8, length)
  return at + RECORD_FIXED
}

function writeRecord(out: Uint8Array, start: number, owner: Uint8Array, type: number, data: Uint8Array): number {
  out.set(owner, start)
  const at = writeFixed(out, start + owner.length, type, data.length)
  out.set(data, at)
  return at + data.length
}

const sizeOf = (owner: Uint8Array, data: Uint8Array): number => owner.length + RECORD_FIXED + data.length

const NO_NAME = new Uint8Array(1)
const nameOf = (text: string | undefined): Uint8Array => (text === undefined ? NO_NAME : (nameBytes(text) ?? NO_NAME))

/** @param answer from a table */
export function prepare(answer: Extract<IndexAnswer<unknown>, { kind: 'answer' }>, type: 'A' | 'AAAA'): Prepared {
  const [first] = answer.records
  const alias = first?.type === 'CNAME' ? first : undefined
  const cname = alias && { owner: nameOf(alias.name), target: nameOf(alias.data) }
  const addressed = alias ? answer.records.slice(1) : answer.records
  const owner = nameOf(addressed[0]?.name)
  const addresses = addressed.map(({ data }) => addressBytes(data))
  const size = addresses.reduce((sum, data) => sum + sizeOf(owner, data), cname ? sizeOf(cname.owner, cname.target) : 0)
  const bytes = new Uint8Array(size)
  const number = type === 'A' ? TYPE.a : TYPE.aaaa
  let at = cname ? writeRecord(bytes, 0, cname.owner, TYPE.cname, cname.target) : 0
  for (const data of addresses) at = writeRecord(bytes, at, owner, number, data)
  return { bytes, cname, owner, type: number, addresses }
}
