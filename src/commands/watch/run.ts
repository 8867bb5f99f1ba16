import { type Report, updateOutput } from '../../answers/report.ts'
import type { DataFormat } from '../../formats/data.ts'
import { Memory, ProxyError } from '../../index.ts'
import { follow } from '../../input/follow.ts'
import type { LiveRequirements } from '../../input/live/mesh.ts'
import { type Loaded, loadedFrom } from '../../input/load.ts'
import type { InputRequest } from '../../input/request.ts'
import type { OutputStream } from '../io.ts'
import { type Outcome, Session } from '../session.ts'

/** How to compute and write the answer that is watched. */
export interface Watched<A> {
  readonly request: InputRequest
  readonly requirements: LiveRequirements
  readonly format: DataFormat | 'text'
  readonly report: Report<A>
  /** @throws ProxyError when the requested proxy does not exist */
  compute(loaded: Loaded, session: Session): Promise<A>
}

/** The same stream without messages that were already written, because every computation has the same problems. */
export function onlyNew(stream: OutputStream): OutputStream {
  const seen = new Set<string>()
  return {
    isTTY: stream.isTTY,
    columns: stream.columns,
    write(text) {
      // A message is a line and the indented lines below it.
      const fresh = text.split(/(?<=\n)(?! )/).filter((message) => !seen.has(message))
      for (const message of fresh) seen.add(message)
      return fresh.length > 0 ? stream.write(fresh.join('')) : undefined
    },
  }
}

const sessionOf = ({ io, options, program }: Session): Promise<Session> =>
  Session.open({ ...io, stderr: onlyNew(io.stderr) }, options, program)

/** Writes a series of answers, each with the changes since the previous one. */
class Writer<A> {
  readonly #watched: Watched<A>
  readonly #session: Session
  #before: A | undefined

  constructor(watched: Watched<A>, session: Session) {
    this.#watched = watched
    this.#session = session
  }

  async write(answer: A): Promise<void> {
    const { report, format } = this.#watched
    const before = this.#before
    this.#before = answer
    if (before !== undefined) {
      const { added, changed, gone } = report.count(answer, before)
      if (added + changed + gone === 0) return
    }
    const update = { answer, before, time: new Date().toISOString() }
    await this.#session.write(await updateOutput(report, update, format, this.#session.target))
  }
}

/**
 * Writes the answer for the current cluster, then its changes, until the user interrupts, which is not a failure. If
 * the proxy disappears, it waits until the proxy is back.
 * @throws UserError, LiveError, ProxyError when there is no first answer
 */
export async function watch<A>(watched: Watched<A>, session: Session): Promise<Outcome> {
  const { requirements } = watched
  const request = { ...watched.request, memory: new Memory() }
  const controller = new AbortController()
  const forget = session.io.onInterrupt?.(() => controller.abort())
  const writer = new Writer(watched, session)
  const own = await sessionOf(session)
  let isFirst = true
  try {
    for await (const mesh of follow(request, requirements, session, controller.signal)) {
      try {
        await writer.write(await watched.compute(await loadedFrom(mesh, request, own, requirements), own))
      } catch (error) {
        if (isFirst || !(error instanceof ProxyError)) throw error
        await own.warn(`${error.message}: waiting for it`)
      }
      isFirst = false
    }
  } finally {
    forget?.()
  }
  return { output: [] }
}
