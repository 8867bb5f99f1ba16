/** Processes of Envoy. */
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { BOOTSTRAP, logOf } from '../envoy/files.ts'
import type { ClusterCounter, EnvoyStart } from '../messages.ts'

const TRIES = 4_800
const PAUSE_MS = 25
const MOST_TEXT = 600

const isReady = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/ready' }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    request.on('error', () => resolve(false))
  })

/** What Envoy's administration answers; '' if it does not. */
const adminText = (port: number, path: string): Promise<string> =>
  new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve(text))
    })
    request.on('error', () => resolve(''))
  })

/** istiod ends the name of a cluster in statistics by a semicolon. */
const COUNTED_CLUSTER = /^cluster\.(.*?);?\.upstream_cx_\w+: [1-9]/

/** The clusters whose counter is above zero. @param port of Envoy's administration */
export async function countedClusters(port: number, counter: ClusterCounter): Promise<readonly string[]> {
  const lines = (await adminText(port, `/stats?usedonly&filter=\\.${counter}$`)).split('\n')
  return lines.flatMap((line) => COUNTED_CLUSTER.exec(line)?.[1] ?? [])
}

/** What a log says about an Envoy that does not start. */
function complaintOf(folder: string): string {
  const lines = readFileSync(logOf(folder), 'utf8').split('\n')
  const errors = lines.filter((line) => /\[(critical|error)\]/.test(line))
  const [first = ''] = errors.length > 0 ? errors : lines
  return first.slice(0, MOST_TEXT)
}

/**
 * Starts an Envoy and waits until it has its configuration.
 * @param started gets its process before that
 * @throws Error with its messages when it does not start
 */
export async function startEnvoy(
  binary: string,
  { name, folder, adminPort }: EnvoyStart,
  started?: (child: ChildProcess) => void,
): Promise<ChildProcess> {
  const log = openSync(logOf(folder), 'w')
  const args = [
    '-c',
    join(folder, BOOTSTRAP),
    '--concurrency',
    '1',
    '--disable-hot-restart',
    '-l',
    'warning',
    '--component-log-level',
    'misc:error',
  ]
  // A session of its own, because an interrupt of the terminal is for the command.
  const child = spawn(binary, args, { stdio: ['ignore', log, log], detached: true })
  started?.(child)
  let failure: string | undefined
  child.on('error', (error) => {
    failure = error.message
  })
  for (let tries = 0; tries < TRIES && failure === undefined && child.exitCode === null; tries++) {
    if (await isReady(adminPort)) return child
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error(`Envoy of ${name} does not start: ${failure ?? complaintOf(folder)}`)
}

/** The Envoys of a sandbox. */
export class Envoys {
  readonly #binary: string
  readonly #running = new Map<string, ChildProcess>()

  constructor(binary: string) {
    this.#binary = binary
  }

  /** Starts and ends Envoys, so that exactly these run. @throws Error when one does not start */
  async keep(wanted: readonly EnvoyStart[]): Promise<void> {
    const names = new Set(wanted.map(({ name }) => name))
    for (const [name, child] of this.#running) {
      if (names.has(name)) continue
      child.kill('SIGKILL')
      this.#running.delete(name)
    }
    const missing = wanted.filter(({ name }) => !this.#running.has(name))
    await Promise.all(
      missing.map(async (envoy) => this.#running.set(envoy.name, await startEnvoy(this.#binary, envoy))),
    )
  }
}
