/** Runs the commands of an input and says what a user should never see. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { run } from '../../src/cli.ts'
import type { FuzzInput } from './input.ts'

export interface Failure {
  readonly seed: number
  readonly command: string
  readonly problem: string
}

export interface Ran {
  readonly code: number | null
  /** As much of it as is kept. */
  readonly stdout: string
  /** Characters on stdout, kept or not. */
  readonly length: number
  readonly stderr: string
}

/** A mesh of a megabyte may have half a gigabyte of configuration, which one string cannot hold. */
const MOST_KEPT = 50_000_000

type Runner = (argv: readonly string[], cwd: string, env?: Readonly<Record<string, string>>) => Promise<Ran>

/** CPU time that a command may take, beside that for writing what it found. */
const MOST_SECONDS = 5
const CHARACTERS_PER_SECOND = 5_000_000

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

/** The built program in a process of its own; it is killed when it does not end. */
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

/** C0 except the newline, DEL, C1, bidirectional controls, line and paragraph separators. */
const UNSAFE = /[^\P{Cc}\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u
const STACK = /^\s+at .+[(/:]\S*:\d+:\d+\)?$/m

function shownAround(text: string, index: number): string {
  return JSON.stringify(text.slice(Math.max(0, index - 60), index + 60))
}

function formatOf(argv: readonly string[]): string {
  const at = argv.indexOf('-o')
  return at < 0 ? '' : (argv[at + 1] ?? '')
}

function parseProblem(argv: readonly string[], stdout: string): string | undefined {
  try {
    if (formatOf(argv) === 'json' || formatOf(argv) === 'config-dump') JSON.parse(stdout)
    return undefined
  } catch (error) {
    return `output is no JSON: ${error instanceof Error ? error.message : error}`
  }
}

function* outputProblems(argv: readonly string[], { code, stdout, length, stderr }: Ran): Iterable<string> {
  if (code !== 0 && code !== 1 && code !== 2) yield `exit code ${code}`
  if (stderr.includes('internal error')) yield `internal error: ${stderr.split('internal error: ')[1]?.split('\n')[0]}`
  if (STACK.test(stdout) || STACK.test(stderr)) yield 'stack trace'
  for (const [name, text] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    const unsafe = UNSAFE.exec(text)
    if (unsafe) yield `control character on ${name}: ${shownAround(text, unsafe.index)}`
  }
  if (code === 2 && stderr === '') yield 'exit code 2 without a word'
  if (stdout === '' && code !== 2) return
  const broken = stdout === '' || length > MOST_KEPT ? undefined : parseProblem(argv, stdout)
  if (broken) yield broken
}

function differenceOf(one: string, two: string): string {
  let at = 0
  while (at < one.length && one[at] === two[at]) at++
  return `${shownAround(one, at)} and ${shownAround(two, at)}`
}

/** Endpoints of a locality have no order in the reference. */
function sortEndpoints(key: string, value: unknown): unknown {
  if (key !== 'lbEndpoints' || !Array.isArray(value)) return value
  return value.map((endpoint) => JSON.stringify(endpoint)).sort()
}

/** A dump without the order of verdicts, endpoints and names in the list of addresses, which follow the files. */
function withoutFileOrder(dump: string): string {
  if (dump === '') return ''
  const { allocation, validation, ...rest } = JSON.parse(dump, sortEndpoints)
  const verdicts = validation.map((verdict: unknown) => JSON.stringify(verdict)).sort()
  return JSON.stringify([Object.entries(allocation).sort(), verdicts, rest])
}

/** Output up to this many characters is read back as YAML. */
const LONGEST_YAML = 60_000

function yamlProblem(yaml: string, json: string): string | undefined {
  if (yaml.length > LONGEST_YAML) return undefined
  const documents = parseAllDocuments(yaml, { version: '1.1' })
  const [document] = documents
  if (documents.length !== 1 || !document || document.errors.length > 0) return 'output is no YAML'
  return isDeepStrictEqual(document.toJS(), JSON.parse(json)) ? undefined : 'YAML and JSON differ'
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

  #fail(command: readonly string[], problem: string): void {
    this.failures.push({ seed: this.#input.seed, command: command.join(' '), problem })
  }

  async #run(command: readonly string[]): Promise<Ran> {
    const argv = [...command, ...this.#input.options]
    const before = process.cpuUsage()
    const ran = await this.#runner(argv, this.#folder)
    const { user, system } = process.cpuUsage(before)
    const seconds = (user + system) / 1e6
    if (seconds > MOST_SECONDS + ran.length / CHARACTERS_PER_SECOND)
      this.#fail(command, `took ${seconds.toFixed(1)} s for ${ran.length} characters`)
    for (const problem of outputProblems(command, ran)) this.#fail(command, await this.#located(problem, argv))
    return ran
  }

  /** Internal errors with the place that they come from. */
  async #located(problem: string, argv: readonly string[]): Promise<string> {
    if (!problem.startsWith('internal error')) return problem
    const { stderr } = await this.#runner(argv, this.#folder, { VIPCTL_DEBUG: '1' })
    const frames = stderr.split('\n').filter((line) => /^\s+at /.test(line))
    return [problem, ...frames.slice(0, 6)].join('\n')
  }

  async #checkShuffled({ stdout: json, length }: Ran): Promise<void> {
    const { shuffled } = this.#input
    if (shuffled === undefined || length > MOST_KEPT) return
    writeFileSync(join(this.#folder, 'mesh.yaml'), shuffled)
    const { stdout } = await this.#run(['dump', '-o', 'json'])
    const [one, two] = [withoutFileOrder(json), withoutFileOrder(stdout)]
    if (one !== two) this.#fail(['dump'], `depends on the order of documents: ${differenceOf(one, two)}`)
  }

  /** Returns whether there was an answer. */
  async check(): Promise<boolean> {
    const json = ['dump', '-o', 'json']
    const first = await this.#run(json)
    for (const command of this.#input.commands) {
      const { stdout } = await this.#run(command)
      if (command.join(' ') !== 'dump -o yaml' || stdout === '') continue
      const problem = yamlProblem(stdout, first.stdout)
      if (problem) this.#fail(command, problem)
    }
    const again = await this.#run(json)
    if (first.stdout !== again.stdout) this.#fail(json, `differs: ${differenceOf(first.stdout, again.stdout)}`)
    if (first.stderr !== again.stderr) this.#fail(json, `messages differ: ${differenceOf(first.stderr, again.stderr)}`)
    await this.#checkShuffled(first)
    return first.stdout !== ''
  }
}

/** Writes an input's files into a folder. */
export function writeInput({ files }: FuzzInput, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of files) writeFileSync(join(folder, name), content)
}

export interface Checked {
  /** What is wrong, in the order in which it was found. */
  readonly failures: readonly Failure[]
  /** Something was computed: not everything was refused. */
  readonly answered: boolean
}

/** Runs all commands of an input. */
export async function checkInput(input: FuzzInput, runner: Runner = runInProcess): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-fuzz-'))
  try {
    writeInput(input, folder)
    const checker = new Checker(input, folder, runner)
    const answered = await checker.check()
    return { failures: checker.failures, answered }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
