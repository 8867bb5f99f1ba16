/** The states of the input: the first one, and later ones. */
import { UserError } from '../../common/errors.ts'
import { follow } from '../../input/follow.ts'
import type { LiveRequirements } from '../../input/live/mesh.ts'
import type { ReadMesh } from '../../input/read.ts'
import { CurrentRequest } from '../../input/renew.ts'
import type { InputRequest } from '../../input/request.ts'
import type { Session } from '../session.ts'

export interface StatesOptions {
  readonly request: InputRequest
  readonly requirements: LiveRequirements
  /** Whether files or clusters are watched. */
  readonly watch: boolean
  readonly session: Session
  readonly stop: AbortSignal
  /** Calls the handler when the input is to be read again, and returns a function that removes it. */
  readonly onHangup: (handler: () => void) => () => void
}

/** A state that could not be read, or one that was. */
export type State = { readonly mesh: ReadMesh } | { readonly error: UserError }

/** Milliseconds until what could not be read is tried again, because an editor may just be replacing a file. */
const RETRY = 1_000

async function* once({ request, requirements, session }: StatesOptions): AsyncIterable<ReadMesh> {
  yield await new CurrentRequest(request).read(requirements, session)
}

/** Resolves after a while, or when it is over. */
function pause(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/**
 * Yields the input, and again whenever it changes or is to be read again, until it is stopped.
 * @throws UserError if the first state cannot be read
 */
export async function* statesOf(options: StatesOptions): AsyncIterable<State> {
  const { request, requirements, watch, session, stop, onHangup } = options
  let isFirst = true
  while (!stop.aborted) {
    const round = new AbortController()
    const end = (): void => round.abort()
    stop.addEventListener('abort', end)
    const forget = onHangup(end)
    let hasFailed = false
    try {
      const meshes = watch ? follow(request, requirements, session, round.signal) : once(options)
      for await (const mesh of meshes) {
        yield { mesh }
        isFirst = false
        if (round.signal.aborted) break
      }
    } catch (error) {
      if (isFirst || !(error instanceof UserError)) throw error
      hasFailed = true
      yield { error }
    }
    await pause(hasFailed ? RETRY : undefined, round.signal)
    forget()
    stop.removeEventListener('abort', end)
  }
}
