import { networkInterfaces } from 'node:os'
import { decode } from 'dns-packet'
import { afterEach, describe, expect, it } from 'vitest'
import { parseRange } from '../../src/common/addresses.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { NameIndex } from '../../src/dns/name-index.ts'
import { computeNameTable } from '../../src/pipeline.ts'
import { DnsServer } from '../../src/server/server.ts'
import { Responder } from '../../src/serving/responder.ts'
import { Views } from '../../src/serving/views.ts'
import { dnsEntry, entry, pod, service, slice, viewOf } from '../support/mesh.ts'
import {
  answersOf,
  ask,
  codeOf,
  framed,
  framesOf,
  offering,
  question,
  type Served,
  sendTcp,
  sendUdp,
  serve,
} from './ask.ts'

const MESH =
  dnsEntry('db') +
  service('web', '10.96.0.1') +
  entry(
    'wild',
    '  hosts: ["*.wild.example.com"]\n  addresses: [10.9.9.9]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
  )

let open: Served | undefined
async function served(mesh = MESH): Promise<Served['endpoint']> {
  open = await serve(viewOf(mesh))
  return open.endpoint
}
afterEach(async () => {
  await open?.server.close()
  open = undefined
})

describe('answers from the table', () => {
  it('are authoritative, with the ID and the question as asked', async () => {
    const reply = await ask(await served(), 'DB.exAmple.com')
    expect(reply).toMatchObject({ id: 4711, type: 'response', flag_aa: true, flag_rd: true, flag_ra: false })
    expect(reply.questions).toEqual([{ name: 'DB.exAmple.com', type: 'A', class: 'IN' }])
    expect(answersOf(reply)).toEqual(['db.example.com 30 IN A 240.240.0.1'])
  })

  it('follow the search domain by a CNAME', async () => {
    const endpoint = await served()
    const reply = await ask(endpoint, 'db.example.com.default.svc.cluster.local')
    expect(answersOf(reply)).toEqual([
      'db.example.com.default.svc.cluster.local 30 IN CNAME db.example.com',
      'db.example.com 30 IN A 240.240.0.1',
    ])
  })

  it('are empty for a family that the name does not have', async () => {
    const reply = await ask(await served(), 'db.example.com', 'AAAA')
    expect(reply).toMatchObject({ rcode: 'NOERROR', flag_aa: true, answers: [] })
  })

  it('have the name that was asked, for a wildcard', async () => {
    expect(answersOf(await ask(await served(), 'a.B.wild.example.com'))).toEqual([
      'a.b.wild.example.com 30 IN A 10.9.9.9',
    ])
  })

  it('do not take an escaped dot for the end of a label', async () => {
    const endpoint = await served()
    const asked = question('x.wild.example.com')
    // One label `x.wild` instead of two.
    asked.set([6, 0x78, 0x2e], 12)
    expect(codeOf(decode((await sendUdp(endpoint, asked)) as Buffer))).toBe('SERVFAIL')
  })
})

const MANY = Array.from({ length: 200 }, (_, index) => `10.244.${index >> 8}.${index & 255}`)
const HEADLESS = service('db', 'None') + slice('db', MANY)

describe('a large answer', () => {
  it('is cut to 512 bytes, with TC', async () => {
    const endpoint = await served(HEADLESS)
    const reply = await sendUdp(endpoint, question('db.default.svc.cluster.local'))
    expect(reply?.length).toBeLessThanOrEqual(512)
    const decoded = decode(reply as Buffer)
    expect(decoded.flag_tc).toBe(true)
    // Compressed: 46 bytes of header and question, then 16 for each record.
    expect(decoded.answers).toHaveLength(29)
    expect(MANY).toEqual(
      expect.arrayContaining((decoded.answers ?? []).map((answer) => (answer as { data: string }).data)),
    )
  })

  it('may have the size that the client offers', async () => {
    const endpoint = await served(HEADLESS)
    const cut = await sendUdp(endpoint, question('db.default.svc.cluster.local', 'A', offering(1232)))
    expect(decode(cut as Buffer).flag_tc).toBe(true)
    expect(cut?.length).toBeGreaterThan(1200)
    const whole = decode(
      (await sendUdp(endpoint, question('db.default.svc.cluster.local', 'A', offering(8000)))) as Buffer,
    )
    expect(whole).toMatchObject({ flag_tc: false })
    expect(whole.answers).toHaveLength(200)
  })

  it('is whole by TCP', async () => {
    const endpoint = await served(HEADLESS)
    const [reply] = framesOf(await sendTcp(endpoint, framed(question('db.default.svc.cluster.local'))))
    const { answers, flag_tc: isCut } = decode(reply as Buffer)
    expect(isCut).toBe(false)
    expect((answers ?? []).map((answer) => (answer as { data: string }).data).sort()).toEqual([...MANY].sort())
  })

  it('comes in another order each time', async () => {
    const endpoint = await served(service('db', 'None') + slice('db', MANY.slice(0, 20)))
    const orders = new Set<string>()
    for (let attempt = 0; attempt < 5; attempt++) {
      const reply = await ask(endpoint, 'db', 'A', offering(4096))
      expect([...answersOf(reply)].sort()).toHaveLength(20)
      orders.add(answersOf(reply).join())
    }
    expect(orders.size).toBeGreaterThan(1)
  })

  it('keeps its CNAME when it is cut', async () => {
    const pods = service('db', 'None') + pod('x', '10.1.1.1', '{app: x}') + slice('db', MANY)
    const endpoint = await served(pods)
    const reply = await ask(endpoint, 'db.default.svc.default.svc.cluster.local')
    expect(reply.flag_tc).toBe(true)
    expect(answersOf(reply)[0]).toBe('db.default.svc.default.svc.cluster.local 30 IN CNAME db.default.svc')
    expect(answersOf(reply)[1]).toMatch(/^db\.default\.svc 30 IN A 10\.244\./)
  })
})

describe('a connection', () => {
  it('takes questions in a row, and answers in their order', async () => {
    const endpoint = await served()
    const names = ['db.example.com', 'web', 'nowhere.test', 'web.default']
    const questions = names.map((name, id) => framed(question(name, 'A', { id })))
    const replies = framesOf(await sendTcp(endpoint, Buffer.concat(questions))).map((reply) => decode(reply))
    expect(replies.map(({ id }) => id)).toEqual([0, 1, 2, 3])
    expect(replies.map(codeOf)).toEqual(['NOERROR', 'NOERROR', 'SERVFAIL', 'NOERROR'])
  })

  it('ends after 128 questions', async () => {
    const endpoint = await served()
    const questions = Array.from({ length: 130 }, (_, id) => framed(question('web', 'A', { id })))
    expect(framesOf(await sendTcp(endpoint, Buffer.concat(questions), false))).toHaveLength(128)
  })
})

/** Not every machine has IPv6. */
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

describe.skipIf(!hasIpv6)('a socket for both families', () => {
  it('answers both, and knows the addresses of IPv4 clients', async () => {
    const view = viewOf(MESH)
    const responder = new Responder(new LookupTable(computeNameTable(view), view))
    const nothing = new Responder(new NameIndex({ search: undefined, expandsOnce: true }))
    const prefix = parseRange('127.0.0.0/8')
    if (!prefix) throw new Error('not a prefix')
    const tables = new Views<Responder<unknown>>(nothing, [{ prefix, of: responder }])
    const server = await DnsServer.start(tables, {
      listen: [{ address: '::', port: 0 }],
      forwarding: { upstreams: [] },
    })
    const port = server.endpoints[0]?.port ?? 0
    expect(answersOf(await ask({ address: '127.0.0.1', port }, 'web'))).toEqual(['web 30 IN A 10.96.0.1'])
    expect(codeOf(await ask({ address: '::1', port }, 'web'))).toBe('SERVFAIL')
    const [reply] = framesOf(await sendTcp({ address: '::1', port }, framed(question('web'))))
    expect(codeOf(decode(reply as Buffer))).toBe('SERVFAIL')
    await server.close()
  })
})
