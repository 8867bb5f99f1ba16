/** Files that tell what a proxy has: plain or compressed JSON or YAML, which may be anything. */
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { UserError } from '../../common/errors.ts'
import { decodeText } from '../../sources/decode.ts'
import type { JsonValue, SourceProblem } from '../../sources/document.ts'
import { DEFAULT_LIMITS, withThousands } from '../../sources/limits.ts'
import { parseDocuments } from '../../sources/parse.ts'
import { failureText } from '../files/failure.ts'
import { readBytes, TooLargeError } from '../files/read.ts'
import { checkMemoryForText, limitsInMemory } from '../memory.ts'
import { type Place, STDIN, STDIN_NAME } from '../request.ts'

const LIMIT = DEFAULT_LIMITS.fileBytes

const tooLarge = (name: string, what = ''): UserError =>
  new UserError(`${name}: is larger than the limit of ${withThousands(LIMIT)} bytes${what}`)

/** The first bytes of gzip. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** What zlib says, in words. */
export function gzipFailure(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message: string }
  if (code === 'Z_BUF_ERROR') return 'the compressed file is cut off'
  return code?.startsWith('Z_') ? `the compressed file is damaged (${message})` : failureText(error)
}

function unpacked(bytes: Buffer, name: string): Buffer {
  if (!isGzip(bytes)) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: LIMIT })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name, ' when it is unpacked')
    throw new UserError(`${name}: ${gzipFailure(error)}`)
  }
}

async function bytesOf(path: string, name: string, { cwd, stdin }: Place): Promise<Buffer> {
  try {
    const bytes = path === STDIN ? await stdin() : readBytes(resolve(cwd, path), LIMIT)
    if (bytes.length > LIMIT) throw new TooLargeError()
    return bytes
  } catch (error) {
    if (error instanceof TooLargeError) throw tooLarge(name)
    throw new UserError(`${name}: cannot be read: ${failureText(error)}`)
  }
}

/**
 * The text of bytes that may be compressed.
 * @param name of the source, for messages
 * @throws UserError when there is none
 */
export function textOf(bytes: Buffer, name: string): string {
  const plain = unpacked(bytes, name)
  checkMemoryForText(plain.length)
  const decoded = decodeText(plain)
  if (!('text' in decoded)) throw new UserError(`${name}: ${decoded.problem}`, decoded.hint)
  if (decoded.text.trim() === '') throw new UserError(`${name}: is empty`)
  return decoded.text
}

const placeText = (name: string, { at }: SourceProblem): string =>
  at && 'line' in at ? `${name}:${at.line}:${at.column}` : name

/**
 * The value of a text in JSON or YAML.
 * @param what it should be, for messages: `Envoy's configuration`
 * @throws UserError when it is neither, or over a limit
 */
export function valueOf(text: string, name: string, what: string): JsonValue {
  const { documents, problems } = parseDocuments({ name, text }, '', { ...DEFAULT_LIMITS, ...limitsInMemory() })
  const error = problems.find(({ severity }) => severity === 'error')
  if (error) throw new UserError(`${placeText(name, error)}: this is not ${what}: ${error.message}`)
  const [document] = documents
  if (!document) throw new UserError(`${name}: this is not ${what}: it has no JSON`)
  return document.value
}

/**
 * Reads a file that the command line names.
 * @param flag the flag that names it, for messages
 * @throws UserError
 */
export async function readText(path: string, flag: string, place: Place): Promise<string> {
  const name = `${flag} ${path === STDIN ? STDIN_NAME : path}`
  return textOf(await bytesOf(path, name, place), name)
}
