import cluster from 'node:cluster'
import type { Outcome, Session } from '../session.ts'
import type { ServeOptions } from './options.ts'
import { planOf } from './plan.ts'
import { Serving } from './serving.ts'
import { statesOf } from './states.ts'

const NOTHING: Outcome = { output: [] }

/** `vipctl serve`: answers until it is interrupted, which is not a failure. */
export async function serve(_: readonly string[], options: ServeOptions, session: Session): Promise<Outcome> {
  if (cluster.isWorker) {
    const { work } = await import('../../server/worker.ts')
    await work()
    return NOTHING
  }
  const { request, requirements, watch, ...plan } = await planOf(options, session)
  const stop = new AbortController()
  const forget = session.io.onInterrupt?.(() => stop.abort())
  let failure: Error | undefined
  const serving = new Serving(
    { request, requirements, watch, ...plan },
    session,
    options.output === 'json',
    (error) => {
      failure ??= error
      stop.abort()
    },
  )
  const onHangup = session.io.onHangup ?? (() => () => undefined)
  try {
    const states = statesOf({ request, requirements, watch, session, stop: stop.signal, onHangup })
    for await (const state of states) await serving.use(state)
  } finally {
    await serving.end()
    forget?.()
  }
  if (failure) throw failure
  return NOTHING
}
