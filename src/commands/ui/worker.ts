/** The two ends of the thread that computes. */
import { getAsset, isSea } from 'node:sea'
import { parentPort, Worker } from 'node:worker_threads'
import type { ViewRequest } from '../../input/request.ts'
import { Engine } from '../../ui/engine/engine.ts'
import type { Order, Report } from '../../ui/protocol.ts'
import type { Computing } from '../../ui/screen/entry.ts'
import type { Session } from '../session.ts'
import { answersFor } from './answers.ts'
import type { UiOptions } from './options.ts'

/** The start of the single executable, which is inside of it. */
const EXECUTABLE_START = 'start.cjs'

/** Starts the program again in a thread, with the same command line. */
export function startComputing(): { readonly computing: Computing; readonly stop: () => Promise<unknown> } {
  // What a library prints must not appear on the screen.
  const [, program = '', ...argv] = process.argv
  const options = { argv, stdin: false, stdout: true, stderr: true }
  const worker = isSea()
    ? new Worker(getAsset(EXECUTABLE_START, 'utf8'), { ...options, eval: true })
    : new Worker(program, options)
  worker.stdout.resume()
  worker.stderr.resume()
  // The screen may start later than the first report arrives.
  const early: Report[] = []
  const keep = (report: Report): void => void early.push(report)
  worker.on('message', keep)
  const computing: Computing = {
    send: (order) => worker.postMessage(order),
    onReport: (listener) => {
      worker.off('message', keep)
      for (const report of early) listener(report)
      worker.on('message', listener)
    },
    onEnd: (listener) => {
      worker.on('error', (error) => listener(error.message))
      worker.on('exit', () => listener('the thread that computes has ended'))
    },
  }
  return { computing, stop: () => worker.terminate() }
}

/** Computes for the thread that started this one, until it ends. */
export async function compute(options: UiOptions, request: ViewRequest, session: Session): Promise<void> {
  const port = parentPort
  if (!port) return
  const send = (report: Report): void => port.postMessage(report)
  const engine = new Engine({
    request,
    answers: await answersFor(options, request, session),
    verbose: session.verbose,
    onSize: (bytes) => session.size(bytes),
    send,
  })
  port.on('message', (order: Order) => engine.obey(order))
  await engine.run()
}
