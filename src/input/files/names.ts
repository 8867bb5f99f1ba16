/**
 * Names of files that are not UTF-8. A path keeps each byte that is not part of UTF-8 text as a lone surrogate, U+DC80
 * to U+DCFF, as Python does; no valid text has these.
 */
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'

/** What Node puts for bytes that it cannot decode. */
const REPLACEMENT = '\ufffd'
const LONE_SURROGATES = /\p{Cs}/gu
const FIRST_SURROGATE = 0xdc00
const LONGEST_SEQUENCE = 4

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** The character that begins at an offset, with its length in bytes. */
function characterAt(bytes: Uint8Array, at: number): readonly [text: string, length: number] {
  for (let length = 1; length <= LONGEST_SEQUENCE && at + length <= bytes.length; length++) {
    const text = decoded(bytes.subarray(at, at + length))
    if (text !== undefined) return [text, length]
  }
  return [String.fromCharCode(FIRST_SURROGATE + (bytes[at] as number)), 1]
}

function textOf(bytes: Uint8Array): string {
  const whole = decoded(bytes)
  if (whole !== undefined) return whole
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const [character, length] = characterAt(bytes, at)
    text += character
    at += length
  }
  return text
}

/** The name of a file for messages: `\xff` for a byte that is not UTF-8. */
export const shownName = (name: string): string =>
  name.replace(LONE_SURROGATES, (character) => `\\x${(character.charCodeAt(0) - FIRST_SURROGATE).toString(16)}`)

/** A path for the functions of `node:fs`. */
export function filePath(path: string): string | Buffer {
  if (path.search(LONE_SURROGATES) < 0) return path
  const pieces = Array.from(path, (character) => {
    const code = character.charCodeAt(0) - FIRST_SURROGATE
    return character.length === 1 && code >= 0x80 && code <= 0xff ? Buffer.of(code) : Buffer.from(character)
  })
  return Buffer.concat(pieces)
}

/** An entry of a folder; its name may have lone surrogates. */
export interface Entry {
  readonly name: string
  /** What it is itself, so a link is neither a file nor a folder. */
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

function kindOf(entry: Dirent<string> | Dirent<Buffer>): Entry['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

/** The entries of a folder. @throws errors of `node:fs` */
export function entriesOf(folder: string): readonly Entry[] {
  const path = filePath(folder)
  const entries = readdirSync(path, { withFileTypes: true })
  if (!entries.some(({ name }) => name.includes(REPLACEMENT))) {
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
  }
  const inBytes = readdirSync(path, { withFileTypes: true, encoding: 'buffer' }) as unknown as Dirent<Buffer>[]
  return inBytes.map((entry) => ({ name: textOf(entry.name), kind: kindOf(entry) }))
}

/** What a path leads to; undefined if it does not exist. @throws other errors of `node:fs` */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(filePath(path))
  } catch (error) {
    // `throwIfNoEntry` also hides ENOTDIR since Node 22.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What a path leads to; undefined if that cannot be found out. */
export function infoOf(path: string): Stats | undefined {
  try {
    return statOf(path)
  } catch {
    return undefined
  }
}

/** A text that is another one after a file has changed, has come or has gone. */
export function stateOfFile(path: string): string {
  const info = infoOf(path)
  return `${path}\0${info?.size}\0${info?.mtimeMs}`
}

/** The path without links. @throws errors of `node:fs` */
export const realPath = (path: string): string => textOf(realpathSync(filePath(path), { encoding: 'buffer' }))

/** What something is that is neither a file nor a folder. */
export function specialKind(info: Stats): string {
  if (info.isFIFO()) return 'a named pipe'
  return info.isSocket() ? 'a socket' : 'a device'
}
