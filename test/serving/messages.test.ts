/** Responses are those of the reference, byte for byte (fixtures/dns). */
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { computeNameTable } from '../../src/pipeline.ts'
import { Responder } from '../../src/serving/responder.ts'
import type { Slice } from '../../src/serving/slab.ts'
import { dnsEntry, entry, service, slice, viewOf } from '../support/mesh.ts'

const FILE = new URL('../../fixtures/dns/messages.txt.br', import.meta.url)

const WILD = entry(
  'wild',
  '  hosts: ["*.wild.example.com"]\n  addresses: [240.240.0.2]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
)
const PODS = Array.from({ length: 60 }, (_, index) => `10.244.1.${index}`)
const MESH = dnsEntry('db') + WILD + service('web', 'None') + slice('web', PODS)

const view = viewOf(MESH)
const responder = new Responder(new LookupTable(computeNameTable(view), view))

const hex = ({ buffer, start, length }: Slice): string => Buffer.from(buffer).toString('hex', start, start + length)

/** The response by UDP when no upstream answers; `-` for none. */
function responseTo(message: Uint8Array): string {
  // The server reads no more of a packet.
  const length = Math.min(512, message.length)
  const response = responder.respond(message, length, 'udp')
  if (response.kind === 'ignored') return '-'
  return hex(
    response.kind === 'reply' ? response.reply : responder.failure(message.subarray(0, length), response.question),
  )
}

describe('a response', () => {
  it('to a message, valid or not, is that of the reference', () => {
    const lines = brotliDecompressSync(readFileSync(FILE)).toString().split('\n')
    const recorded = lines.map((line) => line.split(' ') as [message: string, response: string])
    const responses = recorded.map(([message]) => [message, responseTo(Buffer.from(message, 'hex'))])
    expect(responses).toEqual(recorded)
    expect(recorded.length).toBeGreaterThan(2_000)
  })

  it('is the same again, from what was kept', () => {
    const [message] = brotliDecompressSync(readFileSync(FILE)).toString().split(' ')
    const bytes = Buffer.from(message as string, 'hex')
    expect(responseTo(bytes)).toBe(responseTo(bytes))
  })
})

describe('what a client can fill with names', () => {
  it('does not grow without limit', () => {
    const before = process.memoryUsage().rss
    const name = Buffer.from('0a30303030303030303030', 'hex')
    const tail = Buffer.from('0477696c64076578616d706c6503636f6d0000010001', 'hex')
    const header = Buffer.from('000101000001000000000000', 'hex')
    for (let index = 0; index < 300_000; index++) {
      name.write(String(index).padStart(10, '0'), 1)
      const message = Buffer.concat([header, name, tail])
      if (responder.respond(message, message.length, 'udp').kind !== 'reply') throw new Error('no reply')
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20)
  })
})
