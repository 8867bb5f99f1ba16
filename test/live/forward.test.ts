import { writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/input/live/index.ts'
import { temporaryFolder } from '../support/folders.ts'
import type { Misforward, PodServer } from './pods.ts'
import { closeAll, type ServerOptions, startCluster } from './server.ts'

afterAll(closeAll)

const DUMP = JSON.stringify({ configs: Array.from({ length: 20_000 }, (_, index) => ({ name: `cluster-${index}` })) })

const admin: RequestListener = ({ url }, response) => {
  if (url === '/config_dump?include_eds') response.end(DUMP)
  else response.writeHead(404).end('no such page')
}

interface World extends Partial<PodServer>, Omit<ServerOptions, 'pods'> {
  readonly wrong?: Misforward
  readonly user?: Readonly<Record<string, unknown>>
  readonly timeout?: number
}

/** Asks a pod for its dump. */
async function ask({ wrong, user, timeout = 0, ...more }: World = {}, path = '/config_dump?include_eds', pod = 'web') {
  const pods = { listener: () => admin, ...(wrong && { misforward: () => wrong }), ...more }
  const { server, kubeconfig } = await startCluster({ pods, ...more, ...(user && { user }) })
  const [cluster] =
    (await connect({
      kubeconfig,
      contexts: [],
      asGroups: [],
      requestTimeout: timeout,
      usualNamespaces: [],
      env: {},
      cwd: '/',
    })) ?? []
  try {
    const answer = await cluster?.ask({ namespace: 'shop', pod, port: 15000, server: 'Envoy' }, path)
    return { server, answer }
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string }
    return { server, message: message.replace(server.url, 'URL'), hint }
  } finally {
    cluster?.close()
  }
}

const status = (code: number, message: string): Misforward => ({
  refuse: { status: code, body: JSON.stringify({ kind: 'Status', message, code }) },
})

describe('a server in a pod', () => {
  it.each([4, 5] as const)('is asked by port-forward, version %d of its protocol', async (version) => {
    const { server, answer } = await ask({ version })
    expect(answer).toEqual({ status: 200, text: DUMP })
    expect(server.asked.map(({ method, path, as }) => [method, path, as])).toEqual([
      ['GET', '/api/v1/namespaces/shop/pods/web/portforward', 'admin'],
    ])
    expect(server.asked[0]?.query).toEqual(new Map([['ports', '15000']]))
  })

  it('may answer with another status', async () => {
    const { answer } = await ask({}, '/nothing')
    expect(answer).toEqual({ status: 404, text: 'no such page' })
  })

  it('is asked again with new credentials when the old ones have expired', async () => {
    const tokenFile = join(temporaryFolder(), 'token')
    writeFileSync(tokenFile, 'expired')
    const misforward = () => {
      writeFileSync(tokenFile, 'admin')
      return undefined
    }
    const { server, answer } = await ask({ user: { tokenFile }, misforward })
    expect(answer?.status).toBe(200)
    expect(server.asked.map(({ as }) => as)).toEqual(['bad-token', 'admin'])
  })

  it('is asked as the impersonated user', async () => {
    const { server } = await ask({ user: { token: 'admin', as: 'bob' } })
    expect(server.asked[0]?.as).toBe('bob')
  })
})

const POD = 'context test (URL): pod web of namespace shop: '

describe('a port-forward that fails', () => {
  it.each<[string, World, string, string | undefined]>([
    [
      'is forbidden',
      { wrong: status(403, 'pods "web" is forbidden: User "bob" cannot get resource "pods/portforward"') },
      'port-forward is forbidden (403): pods "web" is forbidden: User "bob" cannot get resource "pods/portforward"',
      '`vipctl rbac verify` prints the role that is needed',
    ],
    [
      'is for a pod that does not exist',
      { wrong: status(404, 'pods "web" not found') },
      'the pod does not exist (404): pods "web" not found',
      '`vipctl proxies` lists the proxies',
    ],
    [
      'is for a pod that does not run',
      { wrong: status(400, 'pod web is not running') },
      'the API server does not forward the port (400): pod web is not running',
      'is the pod running?',
    ],
    [
      'is answered by a web page',
      { wrong: { refuse: { status: 200, body: '<html>log in</html>', type: 'text/html' } } },
      'the API server answers a request for a WebSocket with 200',
      'is there a proxy between here and the API server that does not pass WebSockets on?',
    ],
    [
      'is for a port where nothing listens',
      { listener: () => undefined },
      'nothing listens on port 15000',
      "Envoy's admin interface listens there: is the container istio-proxy running?",
    ],
    [
      'is refused by the node for another reason',
      { wrong: { nodeError: 'no pod sandbox\u001b[2J' } },
      'the node cannot forward port 15000: no pod sandbox\u001b[2J',
      'is the pod running?',
    ],
    [
      'is cut within the answer',
      { wrong: { cutAfter: 100_000 } },
      expect.stringMatching(/^the connection to port 15000 was cut after [\d,]+ bytes$/) as unknown as string,
      'try again; did the pod end meanwhile?',
    ],
    [
      'is cut before the answer',
      { listener: () => 'raw' },
      'the connection to port 15000 was cut before the answer',
      'try again; did the pod end meanwhile?',
    ],
    [
      'leads to something other than HTTP',
      { listener: () => 'raw', raw: Buffer.from('SSH-2.0-OpenSSH_9.6\r\n') },
      'port 15000 does not answer with HTTP',
      "Envoy's admin interface listens there: is the container istio-proxy running?",
    ],
    [
      'is not one: no subprotocol',
      { wrong: { noProtocol: true } },
      'the API server sent something other than a port-forward',
      'is there a proxy between here and the API server that does not pass WebSockets on?',
    ],
    [
      'is not one: another channel',
      { wrong: { frames: [Buffer.from([7, 1, 2])] } },
      'the API server sent something other than a port-forward',
      'is there a proxy between here and the API server that does not pass WebSockets on?',
    ],
    [
      'is not one: another port',
      { wrong: { frames: [Buffer.from([0, 1, 2])] } },
      'the API server sent something other than a port-forward',
      'is there a proxy between here and the API server that does not pass WebSockets on?',
    ],
    [
      'is not one: an empty message',
      { wrong: { frames: [Buffer.alloc(0)] } },
      'the API server sent something other than a port-forward',
      'is there a proxy between here and the API server that does not pass WebSockets on?',
    ],
    [
      'carries a message that is too large',
      { wrong: { frames: [Buffer.from([0, 0x98, 0x3a]), Buffer.alloc(5_000_000)] } },
      'the API server sent something other than a port-forward',
      'is there a proxy between here and the API server that does not pass WebSockets on?',
    ],
    [
      'is for a port that accepts connections and says nothing',
      { listener: () => () => {}, timeout: 300 },
      'no complete response within 0.3 s',
      '--request-timeout sets a longer limit',
    ],
  ])('%s', async (_, world, reason, hint) => {
    const { message = '', hint: given } = await ask(world)
    expect(message.slice(0, POD.length)).toBe(POD)
    expect(message.slice(POD.length)).toEqual(reason)
    expect(given).toBe(hint)
  })

  it('is tried again when the API server cannot reach the node, and not for ever', async () => {
    const { server, message } = await ask({ wrong: status(502, 'error dialing backend: dial tcp 10.0.0.3:10250') })
    expect(server.asked).toHaveLength(5)
    expect(message).toBe(
      `${POD}the API server fails to forward the port (502): error dialing backend: dial tcp 10.0.0.3:10250`,
    )
  })

  it('does not concern the pod when the credentials are not accepted', async () => {
    const { message } = await ask({ user: { token: 'wrong' } })
    expect(message).toBe('context test (URL): the credentials are not accepted (401): Unauthorized')
  })

  it('is not asked for with a name that would be another path', async () => {
    const { server, message } = await ask({}, '/', 'web/../../secrets')
    expect(server.asked).toEqual([])
    expect(message).toContain('that is not the name of a pod')
  })
})
