import { createSocket } from 'node:dgram'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from 'dns-packet'
import { afterEach, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/server/endpoint.ts'
import { answersOf, ask, codeOf, question, sendUdp } from '../server/ask.ts'
import { answer, open, resolver } from '../server/resolver.ts'
import { entry, folderOf, vipctl } from './cli.ts'
import { type RunningCommand, startCommand } from './running.ts'

const DB = entry({ spec: '  resolution: DNS\n  addresses: [10.9.0.1]' })
const OTHER = `---\n${entry({ name: 'other', host: 'other.example.com', spec: '  resolution: DNS\n  addresses: [10.9.0.2]' })}`

interface Running extends RunningCommand {
  readonly endpoint: Endpoint
  until(condition: () => boolean): Promise<void>
}

const PATIENCE = 50_000

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!condition()) {
    if (Date.now() > end) throw new Error(`it did not come to that: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

let running: Running | undefined

/** `vipctl serve`, once it listens. */
async function serving(args: string, cwd: string, input = '-f .'): Promise<Running> {
  const argv = ['serve', '--workers', '0', '--listen', '127.0.0.1:0', ...input.split(' '), ...args.split(' ')]
  const { stdout, stderr, hangUp, interrupt } = startCommand(argv, cwd)
  await until(() => stderr().includes('listening on'))
  const port = Number(/listening on 127\.0\.0\.1:([0-9]+)/.exec(stderr())?.[1])
  running = {
    endpoint: { address: '127.0.0.1', port },
    stdout,
    stderr,
    until,
    hangUp,
    interrupt() {
      running = undefined
      return interrupt()
    },
  }
  return running
}

afterEach(async () => {
  await running?.interrupt()
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('serve', () => {
  it('answers, and ends with 0', async () => {
    const { endpoint, interrupt, stderr } = await serving('--no-upstream', folderOf({ 'mesh.yaml': DB }))
    expect(answersOf(await ask(endpoint, 'db.example.com'))).toEqual(['db.example.com 30 IN A 10.9.0.1'])
    expect(codeOf(await ask(endpoint, 'example.org'))).toBe('SERVFAIL')
    expect(stderr()).toMatch(
      /\(UDP and TCP\) with 1 name; others get SERVFAIL\n {2}hint: the proxy is a synthetic sidecar/,
    )
    expect(await interrupt()).toBe(0)
    expect(await sendUdp(endpoint, question('db.example.com'), 200)).toBeUndefined()
  })

  it('prints a line per query', async () => {
    const upstream = await resolver((query) => answer(query))
    const { port } = upstream.endpoint
    const cwd = folderOf({ 'mesh.yaml': DB })
    const { endpoint, stdout, until: wait } = await serving(`--log --upstream 127.0.0.1:${port}`, cwd)
    await ask(endpoint, 'dB.example.com')
    await ask(endpoint, 'www.example.org')
    await ask(endpoint, 'db.example.com', 'AAAA')
    await wait(() => stdout().split('\n').length > 3)
    const [table, forwarded, empty] = stdout().split('\n')
    const head = String.raw`^[0-9:.]{12} 127\.0\.0\.1:[0-9]+ udp`
    expect(table).toMatch(
      new RegExp(`${head} dB\\.example\\.com\\. A NOERROR 10\\.9\\.0\\.1 mesh\\.yaml:[0-9]+ [0-9]+us$`),
    )
    expect(forwarded).toMatch(
      new RegExp(`${head} www\\.example\\.org\\. A NOERROR 192\\.0\\.2\\.7 upstream 127\\.0\\.0\\.1:${port} [0-9]+us$`),
    )
    expect(empty).toMatch(new RegExp(`${head} db\\.example\\.com\\. AAAA NOERROR - mesh\\.yaml:[0-9]+ [0-9]+us$`))
  })

  it('prints JSON for programs', async () => {
    const cwd = folderOf({ 'mesh.yaml': DB })
    const { endpoint, stdout, interrupt } = await serving('--log -o json --no-upstream', cwd)
    await ask(endpoint, 'db.example.com')
    await interrupt()
    const events = stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ event }) => event)).toEqual(['listening', 'query', 'stopped'])
    expect(events[0]).toMatchObject({ addresses: [`127.0.0.1:${endpoint.port}`], upstreams: [], names: 1 })
    expect(events[1]).toMatchObject({
      transport: 'udp',
      name: 'db.example.com.',
      type: 'A',
      outcome: 'table',
      code: 'NOERROR',
      answers: ['10.9.0.1'],
      location: { file: 'mesh.yaml' },
    })
  })

  it('gives clients of a range the answers of another proxy', async () => {
    const web = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: NS}
spec: {clusterIP: ADDRESS, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: NS}
spec: {containers: [{name: app}]}
---
`
    const of = (namespace: string, address: string) => web.replaceAll('NS', namespace).replace('ADDRESS', address)
    const cwd = folderOf({ 'mesh.yaml': of('one', '10.96.0.1') + of('two', '10.96.0.2') })
    const args = '--no-upstream --proxy client.one --view 127.0.0.2/32=client.two'
    const { endpoint } = await serving(args, cwd)
    const reply = await new Promise<Buffer>((resolve) => {
      const socket = createSocket('udp4')
      socket.on('message', (message) => {
        socket.close()
        resolve(message)
      })
      socket.bind({ address: '127.0.0.2', port: 0 }, () =>
        socket.send(question('web'), endpoint.port, endpoint.address),
      )
    })
    expect(answersOf(decode(reply))).toEqual(['web 30 IN A 10.96.0.2'])
    expect(answersOf(await ask(endpoint, 'web'))).toEqual(['web 30 IN A 10.96.0.1'])
  })

  it('has metrics, and says that it is alive', async () => {
    const cwd = folderOf({ 'mesh.yaml': DB })
    // The port of the metrics is not printed, so it is one that was free a moment ago.
    const probe = createSocket('udp4')
    await new Promise<void>((resolve) => probe.bind(0, '127.0.0.1', resolve))
    const { port } = probe.address()
    probe.close()
    const { endpoint } = await serving(`--no-upstream --metrics 127.0.0.1:${port}`, cwd)
    await ask(endpoint, 'db.example.com')
    await ask(endpoint, 'example.org')
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('ok\n')
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(text).toContain('vipctl_dns_queries_total{transport="udp",outcome="table"} 1')
    expect(text).toContain('vipctl_dns_queries_total{transport="udp",outcome="failed"} 1')
    expect(text).toContain('vipctl_dns_upstream_duration_seconds_count 1')
    expect(text).toContain('vipctl_dns_names 1')
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
  })
})

describe('a configuration that changes', () => {
  const repository = () => folderOf({ '.vipctl.yaml': PROD('inputs: a'), 'a/m.yaml': DB, 'b/m.yaml': OTHER.slice(4) })
  const PROD = (values: string): string => `environments: {prod: {${values}}}\n`
  const isServed = async ({ endpoint }: Running, name: string): Promise<boolean> =>
    codeOf(await ask(endpoint, `${name}.example.com`)) === 'NOERROR'

  it('is read again: inputs and programs are those that it names now, unless it has errors', async () => {
    const cwd = repository()
    const now = (values: string): void => writeFileSync(join(cwd, '.vipctl.yaml'), PROD(values))
    const server = await serving('--watch --no-upstream --allow-render', cwd, '--env prod')
    const { stderr } = server
    const saysTimes = (text: string, times: number) => until(() => stderr().split(text).length > times)
    expect(await isServed(server, 'other')).toBe(false)
    now('inputs: [a, b]')
    await saysTimes('answering 2 names from now on', 1)
    expect(await isServed(server, 'other')).toBe(true)
    now('inputs: 7')
    await saysTimes('the answers stay as they were', 1)
    expect(stderr()).toContain('error: .vipctl.yaml:1:31: environments.prod.inputs: "7" is not a text or a list')
    now('render: [{command: [cat, b/m.yaml]}]')
    await saysTimes('answering 1 name from now on', 1)
    expect([await isServed(server, 'db'), await isServed(server, 'other')]).toEqual([false, true])
    now('render: [{command: [cat, a/m.yaml]}]')
    await saysTimes('answering 1 name from now on', 2)
    expect([await isServed(server, 'db'), await isServed(server, 'other')]).toEqual([true, false])
    expect(await server.interrupt()).toBe(0)
  })

  it('is read on SIGHUP', async () => {
    const cwd = repository()
    const server = await serving('--no-upstream', cwd, '--env prod')
    writeFileSync(join(cwd, '.vipctl.yaml'), PROD('inputs: [a, b]'))
    server.hangUp()
    await until(() => server.stderr().includes('answering 2 names from now on'))
    expect(await isServed(server, 'other')).toBe(true)
  })
})

describe('a later state of the input', () => {
  it('is used, unless it has errors', async () => {
    const cwd = folderOf({ 'mesh.yaml': DB })
    const file = join(cwd, 'mesh.yaml')
    const { endpoint, stderr, interrupt } = await serving('--watch --no-upstream', cwd)
    writeFileSync(file, DB + OTHER)
    await until(() => stderr().includes('answering 2 names from now on'))
    expect(answersOf(await ask(endpoint, 'other.example.com'))).toHaveLength(1)
    writeFileSync(file, `${DB}${OTHER}\n---\nkind: ServiceEntry\nspec: [\n`)
    await until(() => stderr().includes('warning: the answers stay as they were, because the input has errors'))
    expect(stderr()).toMatch(/^error: mesh\.yaml:[0-9]+/m)
    expect(answersOf(await ask(endpoint, 'other.example.com'))).toHaveLength(1)
    rmSync(file)
    writeFileSync(file, OTHER)
    await until(() => stderr().includes('answering 1 name from now on'))
    expect(codeOf(await ask(endpoint, 'db.example.com'))).toBe('SERVFAIL')
    expect(await interrupt()).toBe(0)
  })

  it('with errors leaves the log as it was', async () => {
    const cwd = folderOf({ 'mesh.yaml': DB })
    const { endpoint, stdout, stderr, hangUp } = await serving('--log --no-upstream', cwd)
    writeFileSync(join(cwd, 'mesh.yaml'), `${DB}\n---\nkind: ServiceEntry\nspec: [\n`)
    for (let times = 1; times < 4; times++) {
      hangUp()
      await until(() => stderr().split('the answers stay as they were').length > times)
      await ask(endpoint, 'db.example.com')
      await until(() => stdout().split('\n').length > times)
    }
    expect(stdout().match(/NOERROR 10\.9\.0\.1 mesh\.yaml:[0-9]+ /g)).toHaveLength(3)
  })

  it('is read on SIGHUP', async () => {
    const cwd = folderOf({ 'mesh.yaml': DB })
    const { endpoint, stderr, hangUp } = await serving('--no-upstream', cwd)
    writeFileSync(join(cwd, 'mesh.yaml'), DB + OTHER)
    expect(codeOf(await ask(endpoint, 'other.example.com'))).toBe('SERVFAIL')
    hangUp()
    await until(() => stderr().includes('answering 2 names from now on'))
    expect(answersOf(await ask(endpoint, 'other.example.com'))).toHaveLength(1)
  })

  it('replaces the first one without a lost query', async () => {
    const cwd = folderOf({ 'mesh.yaml': DB })
    const { endpoint, stderr, hangUp } = await serving('--no-upstream', cwd)
    let isOver = false
    const clients = Array.from({ length: 8 }, async () => {
      // Every query has an answer, before, while and after the tables change.
      for (let asked = 0; !isOver || asked < 5; asked++) {
        expect(answersOf(await ask(endpoint, 'db.example.com'))).toEqual(['db.example.com 30 IN A 10.9.0.1'])
      }
    })
    for (let names = 2; names < 6; names++) {
      const more = Array.from({ length: names - 1 }, (_, index) => OTHER.replaceAll('other', `other-${index}`))
      writeFileSync(join(cwd, 'mesh.yaml'), DB + more.join(''))
      hangUp()
      await until(() => stderr().includes(`answering ${names} names from now on`))
    }
    isOver = true
    await Promise.all(clients)
  })
})

describe('bad input', () => {
  const cwd = folderOf({ 'mesh.yaml': DB })
  const failing = async (args: string) => {
    const { code, stderr } = await vipctl(`serve -q --workers 0 -f . ${args}`, { cwd })
    expect(code).toBe(2)
    return stderr
  }

  it.each([
    ['--listen 127.0.0.1', 'error: --listen "127.0.0.1" has no port\n  hint: --listen 127.0.0.1:5353\n'],
    ['--listen example.com:53', 'error: --listen "example.com:53": "example.com" is not an IP address\n'],
    ['--listen 127.0.0.1:99999', 'error: --listen "127.0.0.1:99999": "99999" is not a port\n'],
    [
      '--listen 192.0.2.1:5399 --no-upstream',
      'error: --listen 192.0.2.1:5399: this machine does not have this address\n',
    ],
    ['--listen [::1]:5399 --listen [::1]:5399', 'error: --listen [::1]:5399 is given twice\n'],
    [
      '--listen 127.0.0.1:5399 --upstream 127.0.0.1:5399',
      'error: --upstream 127.0.0.1:5399 is this server itself, so every forwarded query would come back\n',
    ],
    [
      '--listen 0.0.0.0:5399 --upstream 127.0.0.1:5399',
      'error: --upstream 127.0.0.1:5399 is this server itself, so every forwarded query would come back\n',
    ],
    ['--upstream resolver', 'error: --upstream "resolver": "resolver" is not an IP address\n'],
    ['--view 10.0.0.0/33=a', 'error: --view: "10.0.0.0/33" is not a range such as 10.1.0.0/16\n'],
    [
      '--proxy a --proxy b',
      'error: --proxy "b": no client gets its answers, because the first proxy answers all others\n',
    ],
    ['--no-upstream --listen 127.0.0.1:0 --proxy nobody', 'error: no proxy'],
  ])('%s', async (args, message) => {
    expect(await failing(args)).toContain(message)
  })

  it('names a port that another program has', async () => {
    const { endpoint } = await serving('--no-upstream', cwd)
    const stderr = await failing(`--no-upstream --listen 127.0.0.1:${endpoint.port}`)
    expect(stderr).toContain(`error: --listen 127.0.0.1:${endpoint.port}: another program has this port\n`)
    const { stderr: ofMetrics } = await vipctl(
      `serve -q --workers 0 -f . --no-upstream --listen 127.0.0.1:0 --metrics 127.0.0.1:${endpoint.port}`,
      { cwd },
    )
    expect(ofMetrics).toContain(`error: --metrics 127.0.0.1:${endpoint.port}: another program has this port\n`)
  })
})
