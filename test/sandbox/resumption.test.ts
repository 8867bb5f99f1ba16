import { createServer } from 'node:net'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EchoServer, echoContext } from '../../src/sandbox/echo/server.ts'
import { Authority, type Certificate, subjectName } from '../../src/sandbox/pki.ts'

/** One TLS connection after another to an echo server, each with the session of the one before. */
let client: Certificate
const server = createServer()
let port = 0

beforeAll(async () => {
  const authority = await Authority.create('test')
  client = await authority.issue([subjectName('spiffe://cluster.local/ns/shop/sa/web')])
  const context = echoContext({ ...client, ca: authority.certificate })
  const echo = new EchoServer({ contextOf: () => context, patienceOf: () => undefined })
  server.on('connection', (socket) =>
    echo.take(socket, { proxy: 'web.shop', cluster: 'outbound|80||db', endpoint: '10.0.0.1:80' }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})

afterAll(() => server.close())

interface Answer {
  readonly text: string
  readonly session: Buffer | undefined
  readonly isResumed: boolean
}

const ask = (maxVersion: 'TLSv1.2' | 'TLSv1.3', session?: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    let text = ''
    let own: Buffer | undefined
    const socket = connect({ port, host: '127.0.0.1', ...client, rejectUnauthorized: false, maxVersion, session })
    socket.on('session', (given) => {
      own = given
    })
    let isResumed = false
    socket.on('secureConnect', () => {
      isResumed = socket.isSessionReused()
      socket.write('hello')
    })
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve({ text, session: own, isResumed }))
  })

it.each(['TLSv1.2', 'TLSv1.3'] as const)('a client that resumes its session is answered, %s', async (version) => {
  const first = await ask(version)
  const second = await ask(version, first.session)
  expect(second.isResumed).toBe(true)
  for (const { text } of [first, second])
    expect(JSON.parse(text)).toMatchObject({ cluster: 'outbound|80||db', text: 'hello' })
})
