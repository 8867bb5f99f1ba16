/** Texts as bytes, without Node's Buffer because this also runs in browsers. */

const ENCODER = new TextEncoder()
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

/** The UTF-8 bytes of a text. Invalid Unicode (half a surrogate pair) becomes U+FFFD. */
export const utf8Bytes = (text: string): Uint8Array => ENCODER.encode(text)

/** The text of UTF-8 bytes. Bytes that are not UTF-8 become U+FFFD. */
export const utf8Text = (bytes: Uint8Array): string => DECODER.decode(bytes)

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return index + utf8Bytes(text.slice(index)).length
  }
  return text.length
}

function compareEncoded(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const difference = (a[index] as number) - (b[index] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Code units whose order differs between UTF-16 and UTF-8: surrogates and those above them. */
const HIGH_UNITS = /[\ud800-\uffff]/

/** Orders texts by their UTF-8 bytes, as Go does. UTF-16 order differs only where both texts have high code units. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0
  if (HIGH_UNITS.test(a) && HIGH_UNITS.test(b)) return compareEncoded(utf8Bytes(a), utf8Bytes(b))
  return a < b ? -1 : 1
}

/** Base64 in the alphabet and with the padding of RFC 4648, section 4. */
export const encodeBase64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** Bytes of base64 in either alphabet, padded or not; characters of neither alphabet are skipped. */
export function decodeBase64(text: string): Uint8Array {
  const [digits = ''] = text.replaceAll('-', '+').replaceAll('_', '/').split('=')
  const known = digits.replace(/[^A-Za-z0-9+/]/g, '')
  // A single remaining digit does not make a byte.
  const whole = known.length % 4 === 1 ? known.slice(0, -1) : known
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0))
}

/** How many bytes a base64 text decodes to. */
export function base64Size(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return Math.floor(((text.length - padding) * 3) / 4)
}
