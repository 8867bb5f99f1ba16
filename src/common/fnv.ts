import { utf8Bytes } from './bytes.ts'

const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/** FNV-1a, 32 bit, of a text's UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = OFFSET
  for (const byte of utf8Bytes(text)) hash = Math.imul(hash ^ byte, PRIME)
  return hash >>> 0
}
