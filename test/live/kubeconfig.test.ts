import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { proxyFromEnvironment } from '../../src/input/live/kubeconfig/proxy-env.ts'
import { entry, folderOf, vipctl } from '../commands/cli.ts'
import {
  certificateOf,
  closeAll,
  kubeconfigOf,
  sendJson,
  startCluster,
  startServer,
  writeKubeconfig,
} from './server.ts'

afterAll(closeAll)

const ANSWERED = { code: 0 }

describe('which kubeconfig is read', () => {
  it('is the one of KUBECONFIG, whose files are merged: of each name the first counts', async () => {
    const right = await startServer()
    const wrong = await startServer()
    const first = writeKubeconfig({ ...kubeconfigOf({ test: { server: right.url } }), 'current-context': undefined })
    const second = writeKubeconfig(kubeconfigOf({ test: { server: wrong.url } }))
    const KUBECONFIG = ['/nowhere/config', first, second].join(delimiter)
    expect(await vipctl('allocate', { env: { KUBECONFIG } })).toMatchObject(ANSWERED)
    expect(right.asked.length).toBeGreaterThan(0)
    expect(wrong.asked).toEqual([])
  })

  it('is ~/.kube/config when nothing names another', async () => {
    const { url } = await startServer()
    const home = folderOf({ '.kube/config': JSON.stringify(kubeconfigOf({ test: { server: url } })) })
    expect(await vipctl('allocate', { env: { HOME: home } })).toMatchObject(ANSWERED)
  })

  it('is not read beside files, which is said', async () => {
    const files = folderOf({ 'db.yaml': entry() })
    const { code, stderr } = await vipctl(`allocate -f ${files} -c /nowhere/config`)
    expect(code).toBe(0)
    expect(stderr).toContain('--kubeconfig: no cluster is read, because there are files')
    expect(stderr).toContain('-k treats the files as applied to it')
  })

  it('is missing: the message names files and clusters', async () => {
    const { code, stderr } = await vipctl('allocate', { env: { HOME: '/nowhere' } })
    expect(code).toBe(2)
    expect(stderr).toContain('no input: neither files nor a cluster')
    expect(stderr).toContain('--filename')
    expect(stderr).toContain('kubeconfig')
  })

  it('does not exist, though it was named', async () => {
    const { code, stderr } = await vipctl('allocate -c /nowhere/config')
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: the kubeconfig /nowhere/config does not exist\n' })
  })

  it.each([
    ['no YAML', 'users: [{name: a, user: {token: hidden', /is not a YAML mapping \(line 1\)/],
    ['a text', 'hidden', /is not a YAML mapping/],
    ['empty', '', /no current context/],
    [
      'full of nonsense',
      'clusters: 1\nusers: [1, {name: 2}]\ncurrent-context: [hidden]',
      /current-context must be text \(line 3\)/,
    ],
    [
      'a name that is a boolean',
      'contexts:\n- context: {user: hidden}\n  name: true',
      /contexts\[0\]\.name must be text \(line 3\)/,
    ],
    [
      'a number for a token',
      'users: [{name: a, user: {token: 123, username: hidden}}]',
      /users\[0\]\.user\.token must be text/,
    ],
    [
      'a text for a list',
      'users: [{name: a, user: {exec: {args: hidden}}}]',
      /users\[0\]\.user\.exec\.args must be a list/,
    ],
    ['a text for a boolean', 'clusters: [{cluster: {insecure-skip-tls-verify: hidden}}]', /must be true or false/],
  ])('is %s: said without its contents', async (_, text, message) => {
    const { code, stderr } = await vipctl(`allocate -c ${join(folderOf({ config: text }), 'config')}`)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('hidden')
    expect(stderr).not.toContain('internal error')
  })
})

describe('a context', () => {
  it('is chosen by name', async () => {
    const { url, asked } = await startServer()
    const kubeconfig = writeKubeconfig(
      kubeconfigOf({ other: { server: 'https://127.0.0.1:1' }, wanted: { server: url } }),
    )
    expect(await vipctl(`allocate -c ${kubeconfig} --context wanted`)).toMatchObject(ANSWERED)
    expect(asked.length).toBeGreaterThan(0)
  })

  it('that does not exist is respelt', async () => {
    const kubeconfig = writeKubeconfig(kubeconfigOf({ production: { server: 'https://127.0.0.1:1' } }))
    const { stderr } = await vipctl(`allocate -c ${kubeconfig} --context producton`)
    expect(stderr).toContain('no context producton')
    expect(stderr).toContain('did you mean production?')
  })

  it('gives the namespace of the proxy, unless -n does', async () => {
    const { kubeconfig } = await startCluster({ namespace: 'cars' })
    const own = await vipctl(`dig cars-web -c ${kubeconfig}`)
    expect(own.stdout).toContain('synthetic sidecar in namespace cars')
    const other = await vipctl(`dig cars-web -c ${kubeconfig} -n bulk`)
    expect(other.stdout).toContain('synthetic sidecar in namespace bulk')
  })

  it('without a user is asked with the certificates of its cluster all the same', async () => {
    const { server, kubeconfig } = await startCluster({ user: null })
    const { stderr } = await vipctl(`allocate -c ${kubeconfig}`)
    expect(stderr).toContain('the credentials are not accepted (401)')
    expect(server.asked[0]?.as).toBe('none')
  })
})

describe('who asks', () => {
  /** The requests that the server received in a run. */
  async function asked(user: Record<string, unknown>, args = '') {
    const { server, kubeconfig } = await startCluster({ user })
    const ran = await vipctl(`allocate -c ${kubeconfig}${args}`)
    return { ...ran, first: server.asked[0] }
  }

  it('is the user of a client certificate', async () => {
    expect((await asked(certificateOf('bob'))).first?.as).toBe('bob')
  })

  it('is the bearer of a token', async () => {
    expect((await asked({ token: 'admin' })).first?.headers.authorization).toBe('Bearer admin')
  })

  it('is the bearer of the token in a file, which counts before a token', async () => {
    const tokenFile = join(folderOf({ token: 'admin\n' }), 'token')
    expect((await asked({ token: 'other', tokenFile })).first?.headers.authorization).toBe('Bearer admin')
  })

  it('is who is impersonated, with groups', async () => {
    const { first } = await asked(certificateOf('admin'), ' --as bob --as-group one --as-group two')
    expect(first?.headers['impersonate-user']).toBe('bob')
    expect(first?.headers['impersonate-group']).toBe('one, two')
  })

  it('is who the kubeconfig impersonates', async () => {
    const { first } = await asked({ ...certificateOf('admin'), as: 'bob', 'as-groups': ['one'] })
    expect(first?.headers['impersonate-user']).toBe('bob')
    expect(first?.headers['impersonate-group']).toBe('one')
  })

  it('cannot be groups alone', async () => {
    const { code, stderr } = await asked(certificateOf('admin'), ' --as-group one')
    expect(code).toBe(2)
    expect(stderr).toContain('--as-group needs --as')
  })

  it('is what a credential plugin says', async () => {
    const credential = JSON.stringify({ kind: 'ExecCredential', status: { token: 'admin' } })
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-p', `'${credential}'`],
    }
    expect((await asked({ exec })).first?.headers.authorization).toBe('Bearer admin')
  })

  it.each([
    ['is not installed', 'no-such-plugin', [], 'the credential plugin no-such-plugin is not installed'],
    ['prints no credential', process.execPath, ['-p', "'hidden'"], 'failed: its output is not an ExecCredential'],
    [
      'fails',
      process.execPath,
      ['-e', "console.error('log in first'); process.exit(1)"],
      'failed with exit code 1: log in first',
    ],
  ])('is not known when the plugin %s', async (_, command, args, message) => {
    const { code, stderr } = await asked({ exec: { command, args } })
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('hidden')
  })

  it('is asked of the plugin again when the credentials have expired', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vipctl-plugin-'))
    const script = join(folder, 'plugin.cjs')
    // The server does not know the first token.
    writeFileSync(
      script,
      `const fs = require('node:fs'); const seen = fs.existsSync('${folder}/seen'); fs.writeFileSync('${folder}/seen', '')
       console.log(JSON.stringify({ status: { token: seen ? 'admin' : 'expired' } }))`,
    )
    const { code } = await asked({ exec: { command: process.execPath, args: [script] } })
    rmSync(folder, { recursive: true })
    expect(code).toBe(0)
  })
})

describe('a proxy on the way', () => {
  /** A CONNECT proxy that counts its traffic. */
  async function startProxy(refuse = false) {
    const through: string[] = []
    const proxy = createServer()
    proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
      through.push(request.url ?? '')
      if (refuse) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      const [host, port] = (request.url ?? '').split(':')
      const onward = connectTo(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
      for (const end of [socket, onward]) end.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, through, proxy }
  }

  it('is gone through when the kubeconfig names it', async () => {
    const { url, through, proxy } = await startProxy()
    const { server, kubeconfig } = await startCluster({ cluster: { 'proxy-url': url } })
    expect(await vipctl(`allocate -c ${kubeconfig}`)).toMatchObject(ANSWERED)
    expect(through[0]).toBe(new URL(server.url).host)
    proxy.close()
  })

  it('carries a port-forward, too', async () => {
    const { url, through, proxy } = await startProxy()
    const pod = { metadata: { name: 'istiod-1', namespace: 'istio-system' }, status: { phase: 'Running' } }
    const { server, kubeconfig } = await startCluster({
      cluster: { 'proxy-url': url },
      misbehave: ({ path }, response) => {
        if (!path.endsWith('/pods')) return false
        sendJson(response, 200, { kind: 'PodList', metadata: { resourceVersion: '1' }, items: [pod] })
        return true
      },
      pods: { listener: () => (_, response) => response.end('[]') },
    })
    expect(await vipctl(`proxy-status -c ${kubeconfig}`)).toEqual({
      code: 0,
      stdout: '# no proxy is connected\n',
      stderr: '',
    })
    expect(server.asked.at(-1)?.path).toContain('/portforward')
    expect(new Set(through)).toEqual(new Set([new URL(server.url).host]))
    proxy.close()
  })

  it('that refuses is named', async () => {
    const { url, proxy } = await startProxy(true)
    const { kubeconfig } = await startCluster({ cluster: { 'proxy-url': url } })
    const { code, stderr } = await vipctl(`allocate -c ${kubeconfig}`)
    expect(code).toBe(2)
    expect(stderr).toContain('the proxy answered 407')
    proxy.close()
  })

  it('that is not there is named beside the server, without its password', async () => {
    const { server, kubeconfig } = await startCluster({ cluster: { 'proxy-url': 'http://me:secret@127.0.0.1:1' } })
    const { code, stderr } = await vipctl(`allocate -c ${kubeconfig}`)
    expect(code).toBe(2)
    expect(stderr).toContain(`context test (${server.url} by the proxy http://127.0.0.1:1): connection refused`)
    expect(stderr).not.toContain('secret')
  })

  const server = new URL('https://api.example.com:6443')
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    [{ https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
    [{ HTTP_PROXY: 'http://proxy:3128' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'other, .example.com' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', no_proxy: 'example.com' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'api.example.com:443' }, 'http://proxy:3128'],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '*' }, undefined],
  ])('is taken from the environment %o', (env, proxy) => {
    expect(proxyFromEnvironment(server, env)).toBe(proxy)
  })

  it.each([
    ['https://10.1.2.3', '10.0.0.0/8'],
    ['https://[2001:db8::1]:6443', '2001:db8::/32'],
    ['https://localhost:6443', ''],
    ['https://127.0.0.1:6443', ''],
  ])('is none for %s with NO_PROXY %j', (url, NO_PROXY) => {
    expect(proxyFromEnvironment(new URL(url), { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY })).toBeUndefined()
  })
})
