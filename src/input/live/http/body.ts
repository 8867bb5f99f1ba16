/** Reads what a server sends, within limits. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { JsonValue } from '../../../sources/document.ts'
import { withThousands } from '../../../sources/limits.ts'
import { isMapping, textAt } from '../../../sources/mapping.ts'
import { checkMemory } from '../../memory.ts'
import { AnswerError, clip, StatusError } from '../errors.ts'
import type { Secrets } from '../kubeconfig/secrets.ts'

/** A page of 500 objects of etcd's maximum size would be larger, but real pages and dumps of proxies are not. */
export const ANSWER_BYTES = 256_000_000
/** Error responses are small. */
const ERROR_BYTES = 64_000

/** A response becomes a text, and the text becomes values. */
const BYTES_PER_BYTE = 3

/**
 * The text of a body.
 * @param place who sends it, for the message
 * @param onChunk is called for each part
 * @throws AnswerError when it is larger than `limit` bytes, UserError when there is not enough memory
 */
export async function textOf(
  body: Readable,
  limit: number,
  place: string,
  onChunk: (bytes: number) => void = () => {},
): Promise<string> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of body) {
    const { length } = chunk as Buffer
    onChunk(length)
    total += length
    if (total > limit) throw new AnswerError(`${place} sent a response larger than ${withThousands(limit)} bytes`)
    checkMemory(total * BYTES_PER_BYTE)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function retryAfterOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

/** The `Status` object of an API server, or another explanation, without the credentials that it may repeat. */
export async function statusError(response: IncomingMessage, body: Readable, secrets: Secrets): Promise<StatusError> {
  const status = response.statusCode ?? 0
  const retryAfter = retryAfterOf(response.headers['retry-after'])
  const text = await textOf(body, ERROR_BYTES, 'an error').catch(() => '')
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    const isPage = text.trimStart().startsWith('<')
    return new StatusError(status, isPage ? 'a web page' : clip(secrets.hide(text).split('\n', 1)[0] ?? ''), retryAfter)
  }
  const token = isMapping(value) ? textAt(value.metadata, 'continue') : ''
  return new StatusError(status, clip(secrets.hide(textAt(value, 'message'))), retryAfter, token)
}
