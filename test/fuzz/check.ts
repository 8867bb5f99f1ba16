/** Runs the commands of an input and reports what a user should never see. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli.ts'
import type { CommandLine } from './commands.ts'
import type { FuzzInput } from './input.ts'
import { differenceOf, MOST_KEPT, outputProblems, type Ran, yamlDifference } from './output.ts'
import type { Bench } from './trials.ts'

export interface Failure {
  readonly seed: number
  readonly command: string
  readonly problem: string
}

type Runner = (argv: readonly string[], cwd: string, env?: Readonly<Record<string, string>>) => Promise<Ran>

/** The CPU time limit of a command, apart from writing its output. */
const MOST_SECONDS = 5
const CHARACTERS_PER_SECOND = 5_000_000
/** The same for fixes, because each is proven by computing the mesh again. */
const MOST_FIXING_SECONDS = 30
/** The limit of waiting for other processes. */
const MOST_WAITING_SECONDS = 60

export const runInProcess: Runner = async (argv, cwd, env = {}) => {
  const written = { stdout: '', stderr: '', length: 0 }
  const streamOf = (write: (text: string) => void) => ({ isTTY: false, columns: undefined, write })
  const stdout = streamOf((text) => {
    written.length += text.length
    if (written.length <= MOST_KEPT) written.stdout += text
  })
  const stderr = streamOf((text) => {
    written.stderr += text
  })
  const stdin = async () => Buffer.from('')
  const code = await run(argv, { stdout, stderr, stdin, env, cwd })
  return { code, ...written }
}

const PROGRAM = fileURLToPath(new URL('../../bin/vipctl.js', import.meta.url))
const MOST_OUTPUT_BYTES = 1 << 28

/** Runs the built program in a separate process, which is killed if it hangs. */
export const runInChild: Runner = async (argv, cwd, env = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    timeout: 12 * MOST_SECONDS * 1000,
    maxBuffer: MOST_OUTPUT_BYTES,
  })
  return { code: status, stdout, length: stdout.length, stderr }
}

class Checker {
  readonly failures: Failure[] = []
  readonly #input: FuzzInput
  readonly #folder: string
  readonly #runner: Runner

  constructor(input: FuzzInput, folder: string, runner: Runner) {
    this.#input = input
    this.#folder = folder
    this.#runner = runner
  }

  #fail(argv: readonly string[], problem: string): void {
    this.failures.push({ seed: this.#input.seed, command: argv.join(' '), problem })
  }

  #argvOf({ argv, about }: CommandLine): readonly string[] {
    if (about === 'nothing') return argv
    const { inputs, mesh, proxy } = this.#input
    return [...argv, ...inputs, ...mesh, ...(about === 'proxy' ? proxy : [])]
  }

  async #run(argv: readonly string[]): Promise<Ran> {
    const start = Date.now()
    const before = process.cpuUsage()
    const ran = await this.#runner(argv, this.#folder)
    const { user, system } = process.cpuUsage(before)
    const seconds = (user + system) / 1e6
    const most = argv.includes('--fix') && argv[0] === 'lint' ? MOST_FIXING_SECONDS : MOST_SECONDS
    if (seconds > most + ran.length / CHARACTERS_PER_SECOND)
      this.#fail(argv, `took ${seconds.toFixed(1)} s for ${ran.length} characters`)
    const waited = (Date.now() - start) / 1000
    if (waited > MOST_WAITING_SECONDS) this.#fail(argv, `waited ${waited.toFixed(1)} s`)
    for (const problem of outputProblems(argv, ran)) this.#fail(argv, await this.#located(problem, argv))
    return ran
  }

  /** Internal errors with their source location. */
  async #located(problem: string, argv: readonly string[]): Promise<string> {
    if (!problem.startsWith('internal error')) return problem
    const { stderr } = await this.#runner(argv, this.#folder, { VIPCTL_DEBUG: '1' })
    const frames = stderr.split('\n').filter((line) => /^\s+at /.test(line))
    return [problem, ...frames.slice(0, 6)].join('\n')
  }

  async #checkSame(argv: readonly string[], first: Ran): Promise<void> {
    const again = await this.#run(argv)
    if (first.stdout !== again.stdout) this.#fail(argv, `differs: ${differenceOf(first.stdout, again.stdout)}`)
    if (first.stderr !== again.stderr) this.#fail(argv, `messages differ: ${differenceOf(first.stderr, again.stderr)}`)
  }

  async #checkCommands(dump: Ran): Promise<void> {
    for (const line of this.#input.commands) {
      const argv = this.#argvOf(line)
      const ran = await this.#run(argv)
      if (line.argv.includes('-c') && ran.code !== 2) this.#fail(argv, `a cluster that is not there: exit ${ran.code}`)
      if (line.argv.join(' ') !== 'dump -o yaml' || ran.stdout === '') continue
      const problem = yamlDifference(ran.stdout, dump.stdout)
      if (problem) this.#fail(argv, problem)
    }
  }

  /** @returns whether there was an answer */
  async checkOne(): Promise<boolean> {
    const { commands, twice } = this.#input
    return (await this.#run(this.#argvOf(commands.at(-1) ?? twice))).stdout !== ''
  }

  /** @returns whether there was an answer */
  async check(): Promise<boolean> {
    const { inputs, mesh, proxy, shuffled, twice, trials } = this.#input
    const argv = this.#argvOf({ argv: ['dump', '-o', 'json'], about: 'proxy' })
    const dump = await this.#run(argv)
    await this.#checkCommands(dump)
    await this.#checkSame(argv, dump)
    const other = this.#argvOf(twice)
    await this.#checkSame(other, await this.#run(other))
    const bench: Bench = {
      folder: this.#folder,
      inputs,
      mesh,
      proxy,
      dump,
      shuffled,
      run: (line) => this.#run(line),
      fail: (line, problem) => this.#fail(line, problem),
    }
    for (const trial of trials) await trial(bench)
    return dump.stdout !== ''
  }
}

/** Writes an input's files into a folder. */
export function writeInput({ files }: FuzzInput, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of files) writeFileSync(join(folder, name), content)
}

export interface Checked {
  /** The failures, in the order in which they were found. */
  readonly failures: readonly Failure[]
  /** Something was computed, so not everything was refused. */
  readonly answered: boolean
}

/**
 * Runs all commands of an input.
 * @param one only the last of its commands, which takes a tenth of the time
 */
export async function checkInput(input: FuzzInput, runner: Runner = runInProcess, one = false): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-fuzz-'))
  try {
    writeInput(input, folder)
    const checker = new Checker(input, folder, runner)
    const answered = one ? await checker.checkOne() : await checker.check()
    return { failures: checker.failures, answered }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
