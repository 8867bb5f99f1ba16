/** The stream of changes of one list. */
import type { JsonValue } from '../../sources/document.ts'
import { isMapping, textAt } from '../../sources/mapping.ts'
import type { Connection, Query } from './connection.ts'
import { liveDocument, type Origin } from './document.ts'
import { AnswerError, ExpiredError, StatusError } from './errors.ts'
import type { LiveList, WatchEvent } from './types.ts'

/** The server ends a watch after this many seconds; the caller then starts another. */
const WATCH_SECONDS = '300'

const CHANGES: ReadonlyMap<string, 'added' | 'modified' | 'deleted'> = new Map([
  ['ADDED', 'added'],
  ['MODIFIED', 'modified'],
  ['DELETED', 'deleted'],
])

function parseLine(line: string, path: string): JsonValue {
  try {
    return JSON.parse(line) as JsonValue
  } catch {
    throw new AnswerError(`${path} sent an event that is not JSON`)
  }
}

/** The error in an ERROR event. */
function errorOf(status: JsonValue): Error {
  const code = isMapping(status) && typeof status.code === 'number' ? status.code : 500
  const message = textAt(status, 'message')
  return code === 410 ? new ExpiredError(message) : new StatusError(code, message)
}

/** undefined for an event of an irrelevant type. */
function eventOf(line: string, path: string, origin: Origin): WatchEvent | undefined {
  const event = parseLine(line, path)
  const object = isMapping(event) && Object.hasOwn(event, 'object') ? event.object : undefined
  const type = textAt(event, 'type')
  if (object === undefined) throw new AnswerError(`${path} sent an event without an object`)
  if (type === 'ERROR') throw errorOf(object)
  const resourceVersion = isMapping(object) ? textAt(object.metadata, 'resourceVersion') : ''
  if (type === 'BOOKMARK') return { type: 'bookmark', resourceVersion }
  const change = CHANGES.get(type)
  const document = change && liveDocument(object, origin)
  return change && document && { type: change, document, resourceVersion }
}

/**
 * @param query that of the list
 * @throws ExpiredError, StatusError, AnswerError, or Node's connection errors
 */
export async function* watchList(
  connection: Connection,
  list: LiveList,
  query: Query,
  origin: Origin,
  signal: AbortSignal,
): AsyncIterable<WatchEvent> {
  const all = {
    ...query,
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion: list.resourceVersion,
    timeoutSeconds: WATCH_SECONDS,
  }
  try {
    for await (const line of connection.lines(list.path, all, signal)) {
      const event = eventOf(line, list.path, origin)
      if (event) yield event
    }
  } catch (error) {
    if (signal.aborted) return
    // Some servers use the status instead of an event.
    if (error instanceof StatusError && error.status === 410) throw new ExpiredError(error.message)
    throw error
  }
}
