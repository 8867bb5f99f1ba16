/** Runs the built program's sandbox with a real Envoy, where this machine has one and namespaces. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Received } from '../../src/sandbox/echo/received.ts'
import { PROGRAM } from '../support/program.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const [program, ...first] = PROGRAM
export const SCENARIOS = join(ROOT, 'fixtures/scenarios')
const PATIENCE_MS = 60_000

export const TCP_CLIENT = `node ${join(ROOT, 'test/sandbox/tcp-client.mjs')}`

export const GRPC_CLIENT = `node ${join(ROOT, 'test/sandbox/grpc-client.mjs')}`

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** @param cwd a folder, relative to fixtures/scenarios */
export function vipctl(cwd: string, args: readonly string[], env = process.env): Promise<Ran> {
  return new Promise((done) => {
    const options = { cwd: resolve(SCENARIOS, cwd), timeout: PATIENCE_MS, env }
    execFile(program, [...first, 'sandbox', ...args], options, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr })
    })
  })
}

/** Starts a sandbox that runs on. */
export const start = (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess =>
  spawn(program, [...first, 'sandbox', ...args], { cwd: SCENARIOS, env, stdio: [stdin, 'pipe', 'inherit'] })

/** What keeps sandboxes from running here; undefined if they can. */
function missing(): string | undefined {
  if (process.env.ENVOY === undefined) return 'ENVOY does not name an Envoy'
  const { status, stderr } = spawnSync(
    program,
    [...first, 'sandbox', '-q', '-f', '01-life-of-a-request', '--', 'true'],
    { cwd: SCENARIOS, encoding: 'utf8', timeout: PATIENCE_MS },
  )
  return status === 0 ? undefined : stderr.trim()
}

const why = missing()
if (why !== undefined) console.log(`tests of vipctl sandbox are skipped: ${why}`)
export const isPossible = why === undefined

/** Answers of echo servers in what a client prints. */
export const answersIn = ({ stdout }: Ran): readonly Received[] =>
  stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Received] : []))

/** Runs lines of a shell in one sandbox. */
export const script = (cwd: string, args: readonly string[], lines: readonly string[]): Promise<Ran> =>
  vipctl(cwd, [...args, '--', 'sh', '-c', lines.join('\n')])
