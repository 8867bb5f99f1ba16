/** Inputs that are larger than the memory of Node.js: an error, and never the end of the process without an answer. */
import { spawn } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, sendJson, startCluster } from '../live/server.ts'
import { PROGRAM } from '../support/program.ts'
import { documents, entry, folderOf } from './cli.ts'

afterAll(closeAll)

const SMALL_HEAP = '--max-old-space-size=64'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function runSmall(args: readonly string[], cwd: string, stdin = ''): Promise<Ended> {
  // With Node's cache of compiled code, a heap of this size has room for less input.
  const env = { ...process.env, NODE_OPTIONS: SMALL_HEAP, NODE_DISABLE_COMPILE_CACHE: '1', KUBECONFIG: '' }
  const child = spawn(PROGRAM[0], [...PROGRAM.slice(1), ...args], { cwd, env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  // A program that has read enough closes its standard input.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

function expectRefused({ code, stderr }: Ended): void {
  // The errors of a cluster begin with its name.
  expect(stderr).toMatch(/^error: (?:context .*: )?the input needs more memory than Node\.js may use here \(64 MB\)$/m)
  expect(stderr).toContain('hint: NODE_OPTIONS=--max-old-space-size=1024 ')
  expect(code).toBe(2)
}

const entries = (count: number, from = 0): string =>
  documents(
    ...Array.from({ length: count }, (_, i) => entry({ name: `e${from + i}`, host: `h${from + i}.example.com` })),
  )

describe('with a heap of 64 MB', () => {
  it.each([['lint'], ['nametable -f'], ['dump -o json -f'], ['allocate -f'], ['conflicts -f']])(
    'vipctl %s refuses a file of 8 MB',
    async (command) => {
      const cwd = folderOf({ 'm.yaml': entries(50_000) })
      expectRefused(await runSmall([...command.split(' '), 'm.yaml'], cwd))
    },
  )

  it('many files are refused', async () => {
    const files = Array.from({ length: 200 }, (_, i) => [`d/${i}.yaml`, entries(300, i * 300)] as const)
    expectRefused(await runSmall(['lint', 'd'], folderOf(Object.fromEntries(files))))
  })

  it('standard input is refused', async () => {
    expectRefused(await runSmall(['lint', '-'], folderOf({}), entries(50_000)))
  })

  it('one document of many values is left out', async () => {
    const cwd = folderOf({
      'm.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: [${'1,'.repeat(500_000)}]\n`,
    })
    const { code, stderr } = await runSmall(['lint', 'm.yaml'], cwd)
    expect(stderr).toMatch(/error: m\.yaml:1:1: the document holds more than the limit of [\d,]+ values\n/)
    expect(stderr).toContain('NODE_OPTIONS=--max-old-space-size=')
    expect(code).toBe(2)
  })

  it('pages without end of a live cluster are refused', async () => {
    let page = 0
    const { kubeconfig } = await startCluster({
      misbehave: ({ path }, response) => {
        if (path !== '/api/v1/services') return false
        const items = Array.from({ length: 500 }, (_, i) => ({
          metadata: { name: `s${page}-${i}`, namespace: 'shop' },
          spec: { clusterIP: '10.0.0.1', ports: [{ name: 'http', port: 80 }] },
        }))
        sendJson(response, 200, { metadata: { continue: String(++page), resourceVersion: '1' }, items })
        return true
      },
    })
    expectRefused(await runSmall(['allocate', '-c', kubeconfig], folderOf({})))
  })

  it('a usual input is answered', async () => {
    const cwd = folderOf({ 'm.yaml': entries(500) })
    expect((await runSmall(['lint', 'm.yaml'], cwd)).stdout).toContain('499 errors in 1 file')
    expect((await runSmall(['dump', '-o', 'json', '-f', 'm.yaml'], cwd)).code).toBe(0)
  })
})
