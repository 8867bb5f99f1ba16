/** The program in a second thread. */
import { getAsset, isSea } from 'node:sea'
import { Worker } from 'node:worker_threads'

/** The start of the single executable, which is inside of it. */
const EXECUTABLE_START = 'start.cjs'

/** Starts the program again in a thread, with the same command line. What it prints is dropped. */
export function startThread(): Worker {
  const [, program = '', ...argv] = process.argv
  const options = { argv, stdin: false, stdout: true, stderr: true }
  const worker = isSea()
    ? new Worker(getAsset(EXECUTABLE_START, 'utf8'), { ...options, eval: true })
    : new Worker(program, options)
  worker.stdout.resume()
  worker.stderr.resume()
  return worker
}
