/** The worker's entry: one message in, one out. */

import { UserError } from '../../common/errors.ts'
import { ProxyError } from '../../proxy/error.ts'
import type { CallError, CallMessage, ReplyMessage } from '../messages.ts'
import { Session } from './session.ts'

/** The part of a worker's global scope that is used. */
interface Scope {
  onmessage: ((event: { readonly data: CallMessage }) => void) | null
  postMessage(message: ReplyMessage): void
}

const scope = globalThis as unknown as Scope
const session = new Session()

function errorOf(error: unknown): CallError {
  if (error instanceof UserError || error instanceof ProxyError) return { message: error.message, hint: error.hint }
  return { message: `vipctl failed: ${error instanceof Error ? error.message : String(error)}`, hint: undefined }
}

scope.onmessage = ({ data: { id, call, request } }) => {
  try {
    scope.postMessage({ id, answer: session.answer(call, request) })
  } catch (error) {
    scope.postMessage({ id, error: errorOf(error) })
  }
}
