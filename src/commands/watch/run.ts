import { type Report, updateOutput } from '../../answers/report.ts'
import type { DataFormat } from '../../formats/data.ts'
import { type FollowEvents, Follower } from '../../input/live/follow.ts'
import type { LiveMesh, LiveWants } from '../../input/live/mesh.ts'
import { type Gathered, gatheredFrom, type Input, inputFrom, openLive } from '../../input/load.ts'
import { ProxyError } from '../../proxy/error.ts'
import type { SourceDocument } from '../../sources/document.ts'
import type { InputOptions } from '../input-options.ts'
import type { OutputStream } from '../io.ts'
import { type Outcome, Session } from '../session.ts'

/** Changes come in bursts: so long after the last one the answer is computed again, */
const QUIET = 300
/** and at the latest so long after the first one. */
const LONGEST_BURST = 2_000

/** What is watched, and how its answer is computed and written. */
export interface Watched<A> {
  readonly options: InputOptions
  readonly wants: LiveWants
  readonly format: DataFormat | 'text'
  readonly report: Report<A>
  /** @throws ProxyError when the proxy that is asked for is not there */
  compute(input: Input, session: Session): Promise<A>
}

/** Wakes whoever waits when a burst of changes is over. */
class Burst {
  #first = 0
  #timer: NodeJS.Timeout | undefined
  #wake: () => void = () => undefined
  #isOver = false

  /** Something changed. */
  add(): void {
    const now = Date.now()
    if (this.#timer === undefined) this.#first = now
    clearTimeout(this.#timer)
    const wait = Math.max(0, Math.min(QUIET, this.#first + LONGEST_BURST - now))
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.end()
    }, wait)
  }

  /** Wakes at once. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isOver = true
    this.#wake()
  }

  async over(): Promise<void> {
    if (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#isOver = false
  }
}

/** The same stream without what was written to it before: every computation has the same problems to say. */
function onlyNew(stream: OutputStream): OutputStream {
  const seen = new Set<string>()
  return {
    isTTY: stream.isTTY,
    columns: stream.columns,
    write(text) {
      // A message is a line and the lines below it that are indented.
      const fresh = text.split(/(?<=\n)(?! )/).filter((message) => !seen.has(message))
      for (const message of fresh) seen.add(message)
      return fresh.length > 0 ? stream.write(fresh.join('')) : undefined
    },
  }
}

const sessionOf = ({ io, options, program }: Session): Promise<Session> =>
  Session.open({ ...io, stderr: onlyNew(io.stderr) }, options, program)

/** Writes answers one after the other, each with what changed since the one before. */
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

function eventsOf(burst: Burst, session: Session): FollowEvents {
  return {
    changed: () => burst.add(),
    lost: (error) => void session.warn(`${error.message}; trying again`, error.hint),
    unwatchable: ({ message }) =>
      void session.warn(
        `${message}; what cannot be watched is read again twice a minute`,
        '`vipctl rbac --watch` prints the role that is needed',
      ),
    back: ({ context }) => void session.note(`context ${context} answers again`),
  }
}

/** Computes and writes until the signal aborts. A proxy that is gone is waited for. */
async function writeAll<A>(
  watched: Watched<A>,
  gatheredNow: () => Gathered,
  burst: Burst,
  signal: AbortSignal,
  session: Session,
): Promise<void> {
  const writer = new Writer(watched, session)
  const own = await sessionOf(session)
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const input = await inputFrom(gatheredNow(), watched.options, own)
      await writer.write(await watched.compute(input, own))
    } catch (error) {
      if (isFirst || !(error instanceof ProxyError)) throw error
      await own.warn(`${error.message}: waiting for it`)
    }
    await burst.over()
  }
}

/**
 * Writes the answer of the current cluster, then what changes of it, until the user interrupts. That is the end that it
 * is meant to have, and no failure.
 * @throws UserError, LiveError, ProxyError when there is no first answer
 */
export async function watch<A>(watched: Watched<A>, session: Session): Promise<Outcome> {
  const controller = new AbortController()
  const burst = new Burst()
  const forget = session.io.onInterrupt?.(() => {
    controller.abort()
    burst.end()
  })
  let mesh: LiveMesh | undefined
  try {
    mesh = await openLive(watched.options, session, watched.wants)
    await follow(watched, mesh, burst, controller, session)
  } finally {
    controller.abort()
    mesh?.close()
    forget?.()
  }
  return { output: [] }
}

async function follow<A>(
  watched: Watched<A>,
  mesh: LiveMesh,
  burst: Burst,
  controller: AbortController,
  session: Session,
): Promise<void> {
  const { signal } = controller
  const gathered = await gatheredFrom(mesh, watched.options, session)
  const files: readonly SourceDocument[] = gathered.documents.slice(mesh.documents.length)
  const follower = new Follower(mesh.clusters, mesh.documents, eventsOf(burst, session), signal)
  const now = (): Gathered => ({ ...gathered, documents: [...follower.documents(), ...files] })
  const following = follower.run().catch((error: unknown) => {
    controller.abort()
    burst.end()
    throw error
  })
  await Promise.all([following, writeAll(watched, now, burst, signal, session).finally(() => controller.abort())])
}
