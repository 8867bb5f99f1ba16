/** Every DNS answer of the conformance cases, asked over real sockets, by dns-packet and by dig. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import type { Endpoint } from '../../src/server/endpoint.ts'
import { nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { allCases } from '../conformance/sets.ts'
import { codeOf, framed, framesOf, question, sendTcp, serve } from './ask.ts'

interface Golden {
  readonly name: string
  readonly type: string
  readonly upstream?: boolean
  readonly answers?: readonly string[]
}

/** A name that no message can have. */
const isAskable = ({ name }: Golden): boolean => name === '.' || !/\.\.|^\.|[^.]{64}/.test(name)

const run = promisify(execFile)

/** Questions of one connection. */
const BATCH = 100

/** The answers of a response in the form of a golden file. */
function answersOf(reply: Buffer): Pick<Golden, 'upstream' | 'answers'> {
  const packet = decode(reply)
  // Without upstreams, a forwarded question fails.
  if (codeOf(packet) === 'SERVFAIL') return { upstream: true }
  const records = (packet.answers ?? []).map((answer) => {
    const { name, type, ttl, data } = answer as { name: string; type: string; ttl: number; data: string }
    return { type, text: `${name}. ${ttl} IN ${type} ${type === 'CNAME' ? `${data}.` : data}` }
  })
  const sorted = records.sort(
    (a, b) => Number(b.type === 'CNAME') - Number(a.type === 'CNAME') || (a.text < b.text ? -1 : 1),
  )
  return { answers: sorted.map(({ text }) => text) }
}

async function askAll(endpoint: Endpoint, asked: readonly Golden[]): Promise<unknown[]> {
  const out: unknown[] = []
  for (let from = 0; from < asked.length; from += BATCH) {
    const part = asked.slice(from, from + BATCH)
    const messages = part.map(({ name, type }, id) => framed(question(name, type, { id })))
    const replies = framesOf(await sendTcp(endpoint, Buffer.concat(messages)))
    expect(replies.map((reply) => reply.readUInt16BE(0))).toEqual(part.map((_, id) => id))
    out.push(...replies.map((reply, index) => ({ ...part[index], ...answersOf(reply) })))
  }
  return out
}

const goldenOf = (folder: string, proxy: string): readonly Golden[] => {
  const file = join(folder, 'expected', proxy, 'dns.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Golden[]).filter(isAskable) : []
}

const sets = allCases().map(({ folder, name }) => readCase(folder, name))

describe('answers over sockets', () => {
  it('are those of the reference', { timeout: 300_000 }, async () => {
    let asked = 0
    for (const meshCase of sets) {
      const mesh = computeMesh(snapshotOf(meshCase))
      for (const proxy of meshCase.proxies) {
        const golden = goldenOf(meshCase.folder, proxy.name)
        if (golden.length === 0) continue
        const { server, endpoint } = await serve(computeProxyView(mesh, nodeOf(proxy)))
        const answers = await askAll(endpoint, golden)
        await server.close()
        expect(answers, `${meshCase.name}, ${proxy.name}`).toEqual(golden)
        asked += golden.length
      }
    }
    expect(asked).toBeGreaterThan(15_000)
  })
})

const hasDig = spawnSync('dig', ['-v']).status === 0
if (!hasDig) console.log('dig (bind9-dnsutils) is not installed: its test is skipped')

describe('dig', () => {
  it.skipIf(!hasDig)('reads the same answers', async () => {
    const meshCase = sets.find(({ name }) => name === 'dns-kubernetes') as (typeof sets)[number]
    const [proxy] = meshCase.proxies
    if (!proxy) throw new Error('the case has no proxy')
    const golden = goldenOf(meshCase.folder, proxy.name).filter(({ upstream }) => !upstream)
    const { server, endpoint } = await serve(computeProxyView(computeMesh(snapshotOf(meshCase)), nodeOf(proxy)))
    const queries = golden.flatMap(({ name, type }) => [name, type, '+noall', '+answer', '+nocookie', '+bufsize=4096'])
    const { stdout } = await run('dig', [`@${endpoint.address}`, '-p', String(endpoint.port), ...queries])
    await server.close()
    const lines = stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split(/\s+/).join(' ')]))
    expect(lines.sort()).toEqual(golden.flatMap(({ answers = [] }) => answers).sort())
  })
})
