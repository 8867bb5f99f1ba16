/** Runs the program in the test's process, with its own environment; with VIPCTL, the program that it names. */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli.ts'
import type { OutputStream } from '../../src/commands/io.ts'
import { temporaryFolder } from '../support/folders.ts'
import { GIVEN_PROGRAM } from '../support/program.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface World {
  readonly stdin?: string | Buffer
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** The width of stdout's terminal; no terminal when absent. */
  readonly columns?: number
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function runGiven(program: string, argv: readonly string[], { stdin = '', env, cwd = ROOT }: World): Promise<Ran> {
  const { PATH, TMPDIR } = process.env
  const child = spawn(program, argv, { cwd, env: { PATH, ...(TMPDIR && { TMPDIR }), ...env } })
  const printed = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed.stderr += text
  })
  // A program that does not read its input closes it.
  child.stdin.on('error', () => undefined).end(stdin)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, ...printed }))
  })
}

/** @param argv words, or one line of unquoted words */
export async function vipctl(argv: string | readonly string[], world: World = {}): Promise<Ran> {
  const words = typeof argv === 'string' ? argv.split(' ').filter((word) => word !== '') : argv
  // Only the function takes a terminal's width.
  if (GIVEN_PROGRAM && world.columns === undefined) return runGiven(GIVEN_PROGRAM, words, world)
  let stdout = ''
  let stderr = ''
  const streamOf = (write: (text: string) => void): OutputStream => ({
    isTTY: world.columns !== undefined,
    columns: world.columns,
    write,
  })
  const code = await run(words, {
    stdout: streamOf((text) => {
      stdout += text
    }),
    stderr: streamOf((text) => {
      stderr += text
    }),
    stdin: async () => Buffer.from(world.stdin ?? ''),
    env: world.env ?? {},
    cwd: world.cwd ?? ROOT,
  })
  return { code, stdout, stderr }
}

/** The notes about the release and about DNS capture. */
const UNSTATED = /^note: (?:Istio \S+ is assumed, .*|DNS capture is off, because nothing states .*\n {2}hint: .*)\n/gm

/** What a run prints on stderr, apart from what it assumes when nothing states the release and the mesh configuration. */
export const told = ({ stderr }: Pick<Ran, 'stderr'>): string => stderr.replace(UNSTATED, '')

/** A folder with the given files, which is removed after the test file. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

export interface EntryOptions {
  readonly name?: string
  readonly namespace?: string
  readonly host?: string
  readonly spec?: string
}

/** A ServiceEntry for TCP 3306; `spec` is added to it, indented by two. */
export function entry({
  name = 'db',
  namespace,
  host = 'db.example.com',
  spec = '  resolution: DNS',
}: EntryOptions = {}): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${name}
${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:
  hosts:
  - ${host}
  ports:
  - number: 3306
    name: tcp
    protocol: TCP
${spec}
`
}

export const CAPTURE = `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |
    defaultConfig:
      proxyMetadata:
        ISTIO_META_DNS_CAPTURE: "true"
`

export const documents = (...texts: readonly string[]): string => texts.join('---\n')
