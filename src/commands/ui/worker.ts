/** The two ends of the thread that computes. */
import { parentPort } from 'node:worker_threads'
import type { ViewRequest } from '../../input/request.ts'
import { Engine } from '../../ui/engine/engine.ts'
import type { Order, Report } from '../../ui/protocol.ts'
import type { Computing } from '../../ui/screen/entry.ts'
import type { Session } from '../session.ts'
import { startThread } from '../thread.ts'
import { answersFor } from './answers.ts'
import type { UiOptions } from './options.ts'

/** Starts the thread that computes. */
export function startComputing(): { readonly computing: Computing; readonly stop: () => Promise<unknown> } {
  // What a library prints must not appear on the screen.
  const worker = startThread()
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
