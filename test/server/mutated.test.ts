/** Mutated messages: whatever a client sends, the server goes on, and no response has another ID. */
import { createSocket } from 'node:dgram'
import { describe, expect, it } from 'vitest'
import { dnsEntry, entry, service, slice, viewOf } from '../support/mesh.ts'
import { answersOf, ask, framed, framesOf, offering, question, sendTcp, serve } from './ask.ts'

/** Messages of the test; MESSAGES=100000 for a long run. */
const COUNT = Number(process.env.MESSAGES ?? 5_000)
const SEED = Number(process.env.SEED ?? 1)
/** Messages on their way at once, fewer than a socket's buffer has room for. */
const AT_ONCE = 64

/** A generator of numbers below a limit (xorshift32), the same for a seed. */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed | 1
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

const MANY = Array.from({ length: 60 }, (_, index) => `10.244.1.${index}`)
const WILD = entry(
  'wild',
  '  hosts: ["*.wild.example.com"]\n  addresses: [240.240.0.2]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
)
const MESH = dnsEntry('db') + WILD + service('web', 'None') + slice('web', MANY)

const SEEDS = [
  question('db.example.com'),
  question('a.wild.example.com', 'AAAA', offering(1232)),
  question('web.default.svc.cluster.local', 'A', offering(600)),
  question('db.example.com.default.svc.cluster.local'),
  question('www.example.org', 'TXT'),
  question('.', 'NS'),
]

function mutated(random: (limit: number) => number): Buffer {
  let bytes = Buffer.from(SEEDS[random(SEEDS.length)] as Buffer)
  for (let change = random(5); change > 0; change--) {
    const at = random(bytes.length)
    switch (random(5)) {
      case 0:
        bytes[at] = random(256)
        break
      case 1:
        bytes[at] = (bytes[at] as number) ^ (1 << random(8))
        break
      case 2:
        bytes = bytes.subarray(0, Math.max(1, at))
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256), 0xc0, random(40)]), bytes.subarray(at)])
        break
      default:
        bytes = Buffer.concat([bytes, bytes.subarray(at)])
    }
  }
  return bytes
}

/** The flag of a response. */
const QR = 0x80

describe('mutated messages', () => {
  it('by UDP get a response with their ID, or none', { timeout: 600_000 }, async () => {
    const { server, endpoint } = await serve(viewOf(MESH))
    const random = randomFrom(SEED)
    const socket = createSocket('udp4')
    const sent = new Map<number, Buffer>()
    let replies = 0
    const wrong: string[] = []
    socket.on('message', (reply) => {
      replies++
      const message = sent.get(reply.readUInt16BE(0))
      const isResponse = ((reply[2] as number) & QR) !== 0
      if (!message || !isResponse || reply.length > 4096)
        wrong.push(`${message?.toString('hex')}: ${reply.toString('hex')}`)
    })
    await new Promise<void>((resolve) => socket.bind(0, endpoint.address, resolve))
    for (let done = 0; done < COUNT; done += AT_ONCE) {
      sent.clear()
      for (let index = 0; index < AT_ONCE; index++) {
        const message = mutated(random)
        // The ID tells which message a response is for; one that is too short for it gets none.
        if (message.length >= 2) message.writeUInt16BE((done + index) & 0xffff)
        sent.set((done + index) & 0xffff, message)
        socket.send(message, endpoint.port, endpoint.address)
      }
      // Once this one is answered, so are the others.
      expect(answersOf(await ask(endpoint, 'db.example.com'))).toEqual(['db.example.com 30 IN A 240.240.0.1'])
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.close()
    await server.close()
    expect(wrong).toEqual([])
    expect(replies).toBeGreaterThan(COUNT / 2)
  })

  it('by TCP do not keep the server from answering', async () => {
    const { server, endpoint } = await serve(viewOf(MESH))
    const random = randomFrom(SEED + 1)
    for (let connection = 0; connection < 50; connection++) {
      const messages = Array.from({ length: 20 }, (_, id) => {
        const message = mutated(random)
        if (message.length >= 2) message.writeUInt16BE(id)
        return message
      })
      const replies = framesOf(await sendTcp(endpoint, Buffer.concat(messages.map(framed))))
      const ids = replies.map((reply) => reply.readUInt16BE(0))
      expect(ids).toEqual([...ids].sort((a, b) => a - b))
      expect(new Set(ids).size).toBe(ids.length)
    }
    expect(answersOf(await ask(endpoint, 'db.example.com'))).toHaveLength(1)
    await server.close()
  })
})
