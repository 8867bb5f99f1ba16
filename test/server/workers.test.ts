/** Processes that answer: they share the sockets, and none is left. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/server/endpoint.ts'
import { entry, folderOf, ROOT } from '../commands/cli.ts'
import { PROGRAM } from '../support/program.ts'
import { answersOf, ask } from './ask.ts'

interface Program {
  readonly process: ChildProcess
  readonly endpoint: Endpoint
  readonly ended: Promise<number | null>
  /** IDs of the processes that answer. */
  workers(): number[]
}

const MESH = entry({ spec: '  resolution: DNS\n  addresses: [10.9.0.1]' })

/** The parent of a process; undefined if it is gone. */
function parentOf(id: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return undefined
  }
}

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((id) => id > 0 && parentOf(id) === parent)

let program: Program | undefined

async function start(...args: readonly string[]): Promise<Program> {
  const argv = ['serve', '-f', folderOf({ 'mesh.yaml': MESH }), '--listen', '127.0.0.1:0', '--no-upstream']
  const process_ = spawn(PROGRAM[0], [...PROGRAM.slice(1), ...argv, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => process_.on('exit', resolve))
  const port = await new Promise<number>((resolve) => {
    let text = ''
    process_.stderr.on('data', (chunk) => {
      text += chunk
      const found = /listening on 127\.0\.0\.1:([0-9]+)/.exec(text)?.[1]
      if (found) resolve(Number(found))
    })
  })
  const workers = () => childrenOf(process_.pid as number)
  program = { process: process_, endpoint: { address: '127.0.0.1', port }, ended, workers }
  return program
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition() && attempt < 500; attempt++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  expect(condition()).toBe(true)
}

afterEach(() => {
  program?.process.kill('SIGKILL')
})

/** Processes are found in /proc. */
describe.skipIf(process.platform !== 'linux')('processes that answer', () => {
  it('end with the program', async () => {
    const { endpoint, ended, workers, process: main } = await start()
    const ids = workers()
    expect(ids).toHaveLength(Math.min(2, availableParallelism()))
    for (let query = 0; query < 20; query++) expect(answersOf(await ask(endpoint, 'db.example.com'))).toHaveLength(1)
    main.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(ids.map(parentOf)).toEqual(ids.map(() => undefined))
  })

  it('end if the program is killed', async () => {
    const { workers, process: main } = await start('--workers', '1')
    const ids = workers()
    expect(ids).toHaveLength(1)
    main.kill('SIGKILL')
    await until(() => ids.every((id) => parentOf(id) === undefined))
  })

  it('do not end on an interrupt of their own, so that they can finish', async () => {
    const { endpoint, workers } = await start('--workers', '1')
    const [id] = workers()
    process.kill(id as number, 'SIGINT')
    process.kill(id as number, 'SIGHUP')
    expect(answersOf(await ask(endpoint, 'db.example.com'))).toHaveLength(1)
    expect(workers()).toEqual([id])
  })
})
