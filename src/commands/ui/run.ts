import { isMainThread } from 'node:worker_threads'
import { UserError } from '../../common/errors.ts'
import { usesColor } from '../../formats/color.ts'
import { pathsOf, STDIN } from '../../input/request.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { UiOptions } from './options.ts'

const NOTHING: Outcome = { output: [] }

/** 128 and the number of the signal, as shells count. */
const SIGNAL_CODES: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** @throws UserError without a terminal to show something on */
function checkTerminal({ io }: Session): void {
  if (process.stdin.isTTY && io.stdout.isTTY && io.env.TERM !== 'dumb') return
  throw new UserError(
    'vipctl ui needs a terminal for its input and output',
    'dig, nametable, allocate, proxy-config, conflicts and lint print the same',
  )
}

/** `vipctl ui` */
export async function ui(paths: readonly string[], given: UiOptions, session: Session): Promise<Outcome> {
  const options = { ...given, filename: [...(given.filename ?? []), ...paths] }
  if (isMainThread) checkTerminal(session)
  // Mistakes of the command line are reported before the screen is taken.
  const request = await viewRequest(options, session)
  if (pathsOf(request.input).includes(STDIN)) throw new UserError('-f -: standard input is the keyboard here')
  const { compute, startComputing } = await import('./worker.ts')
  if (!isMainThread) {
    await compute(options, request, session)
    return NOTHING
  }
  const { runScreen } = await import('../../ui/screen/entry.ts')
  const { computing, stop } = startComputing()
  const { io } = session
  const colored = usesColor(options.color ?? 'auto', io.stdout, io.env)
  const { cwd, env } = io
  const ended = runScreen({ computing, view: options.view ?? 'hosts', colored, cwd, env })
  const { error, signal } = await ended.finally(stop)
  if (error) throw new UserError(error.message, error.hint)
  return signal ? { output: [], exitCode: SIGNAL_CODES[signal] ?? 1 } : NOTHING
}
