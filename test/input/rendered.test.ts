/** Rendered inputs that are read again, and programs that do not end by themselves. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { follow } from '../../src/input/follow.ts'
import { loadedFrom } from '../../src/input/load.ts'
import type { InputRequest, RenderedInput } from '../../src/input/request.ts'
import { runTool } from '../../src/input/tool.ts'
import { Location } from '../../src/sources/location.ts'
import { entry, folderOf } from '../commands/cli.ts'
import { PROGRAM } from '../support/program.ts'
import { heard, requestFor } from './support.ts'

const db = (name: string): string => entry({ name, host: `${name}.example.com` })

const AT = new Location({ file: { name: '.vipctl.yaml', text: '' }, cluster: '', start: 0, end: 0 })

/** A request whose manifests a command prints; each run adds a line to the file `runs`. */
function requestOf(cwd: string, paths: readonly string[], ...words: readonly string[]): InputRequest {
  const script = join(cwd, 'print')
  writeFileSync(script, `#!/bin/sh\necho run >> '${cwd}/runs'\ncat "$@"\n`)
  chmodSync(script, 0o755)
  const command = ['./print', ...words] as const
  const input: RenderedInput = { tool: 'command', name: 'print', at: AT, folder: cwd, namespace: undefined, command }
  const renders = { inputs: [input], root: cwd, configuration: join(cwd, '.vipctl.yaml'), over: false }
  const env = { PATH: process.env.PATH }
  return requestFor(cwd, { mesh: { kind: 'files', paths }, renders, env })
}

const runsIn = (cwd: string): number => readFileSync(join(cwd, 'runs'), 'utf8').trim().split('\n').length

/** The hosts of the mesh, at first and after each change. */
async function hostsAfter(request: InputRequest, changes: (() => void)[]): Promise<readonly (readonly string[])[]> {
  const { reporter } = heard()
  const stop = new AbortController()
  const seen: (readonly string[])[] = []
  for await (const mesh of follow(request, { reads: 'configuration' }, reporter, stop.signal)) {
    const { snapshot } = await loadedFrom(mesh, request, reporter, { reads: 'configuration' })
    seen.push(snapshot.istio.serviceEntries.flatMap(({ spec }) => spec.hosts))
    const change = changes.shift()
    if (change) change()
    else stop.abort()
  }
  return seen
}

describe('rendered inputs that are followed', () => {
  it('are rendered again when a file changes that the command names', async () => {
    const cwd = folderOf({ '.vipctl.yaml': '', 'made.txt': db('a') })
    const change = () => writeFileSync(join(cwd, 'made.txt'), db('changed'))
    expect(await hostsAfter(requestOf(cwd, [], 'made.txt'), [change])).toEqual([
      ['a.example.com'],
      ['changed.example.com'],
    ])
    expect(runsIn(cwd)).toBe(2)
  })

  it('are rendered again when an input or the configuration changes', async () => {
    const cwd = folderOf({ '.vipctl.yaml': '', 'mesh/a.yaml': db('a'), 'made.txt': db('b') })
    const changes = [
      () => writeFileSync(join(cwd, 'mesh/a.yaml'), db('changed')),
      () => writeFileSync(join(cwd, '.vipctl.yaml'), '# changed\n'),
    ]
    expect(await hostsAfter(requestOf(cwd, ['mesh'], 'made.txt'), changes)).toEqual([
      ['a.example.com', 'b.example.com'],
      ['changed.example.com', 'b.example.com'],
      ['changed.example.com', 'b.example.com'],
    ])
    expect(runsIn(cwd)).toBe(3)
  })

  it('are rendered once while nothing of theirs changes', async () => {
    const cwd = folderOf({ '.vipctl.yaml': '', 'made.txt': db('b') })
    const request = { ...requestOf(cwd, [], 'made.txt'), rendered: [] }
    const { reporter } = heard()
    for (let count = 0; count < 3; count++) {
      for await (const _ of follow(request, { reads: 'configuration' }, reporter, AbortSignal.timeout(60_000))) break
    }
    expect(runsIn(cwd)).toBe(1)
  })
})

/** Starts a child of its own and waits for ever. */
const HANGS = '#!/bin/sh\nsleep 1000 &\necho $! > child\nwait\n'

/** A process that has ended and that nobody has asked about still has a number. */
function hasEnded(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !hasEnded(pid)
  } catch {
    return false
  }
}

async function childOf(cwd: string): Promise<number> {
  const path = join(cwd, 'child')
  await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8')).toMatch(/\d\n/)
  return Number(readFileSync(path, 'utf8'))
}

describe('a program that does not end', () => {
  it('is ended with its children when its time is over', async () => {
    const cwd = folderOf({ hang: HANGS })
    chmodSync(join(cwd, 'hang'), 0o755)
    const ran = runTool('./hang', [], { cwd, env: { PATH: process.env.PATH }, mostMs: 2_000, mostBytes: 1_000 })
    const child = await childOf(cwd)
    expect(await ran).toMatchObject({ end: 'failed', reason: 'took longer than 2 seconds' })
    await expect.poll(() => isRunning(child)).toBe(false)
  })

  it('is ended with its children when vipctl is', async () => {
    const cwd = folderOf({ '.vipctl.yaml': 'render: [{command: [./hang]}]\n', hang: HANGS })
    chmodSync(join(cwd, 'hang'), 0o755)
    const [command, ...words] = PROGRAM
    const program = spawn(command, [...words, 'lint', '--allow-render'], { cwd, stdio: 'ignore' })
    const ended = new Promise((resolve) => program.on('close', (_, signal) => resolve(signal)))
    const child = await childOf(cwd)
    program.kill('SIGTERM')
    expect(await ended).toBe('SIGTERM')
    await expect.poll(() => isRunning(child)).toBe(false)
  })
})
