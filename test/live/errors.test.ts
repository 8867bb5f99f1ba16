import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { vipctl } from '../commands/cli.ts'
import {
  closeAll,
  kubeconfigOf,
  type Misbehaviour,
  recorded,
  sendJson,
  startCluster,
  tlsFile,
  writeKubeconfig,
} from './server.ts'

afterAll(closeAll)

/** What the recorded server, which has no custom kinds of the Gateway API, would say if it had them. */
const GATEWAY_API = {
  name: 'gateway.networking.k8s.io',
  versions: [{ groupVersion: 'gateway.networking.k8s.io/v1alpha2', version: 'v1alpha2' }],
}

const isServices = (path: string): boolean => path === '/api/v1/services'

/** Runs a command against a server with another answer for the list of Services. */
async function withServices(answer: Misbehaviour, args = '') {
  const { server, kubeconfig } = await startCluster({
    misbehave: (asked, response, request) => isServices(asked.path) && answer(asked, response, request),
  })
  const ran = await vipctl(`allocate -c ${kubeconfig} -o json${args}`)
  return { ...ran, server, tries: server.asked.filter(({ path }) => isServices(path)).length }
}

/** Runs a command with a kubeconfig whose cluster has these settings. */
async function withCluster(server: string, cluster = {}) {
  return vipctl(`allocate -c ${writeKubeconfig(kubeconfigOf({ test: { server, cluster } }))}`)
}

// Each test has a server of its own; together they wait for the pauses between attempts only once.
describe.concurrent('an API server that refuses', () => {
  it.each([
    ['without credentials', {}],
    ['with an unknown token', { token: 'secret-token' }],
  ])('says %s that the credentials are not accepted, and does not repeat them', async (_, user) => {
    const { server, kubeconfig } = await startCluster({
      user,
      misbehave: ({ as }, response) => {
        if (as !== 'none' && as !== 'bad-token') return false
        response.writeHead(401, { 'content-type': 'application/json' }).end(recorded('error-401-bad-token.json'))
        return true
      },
    })
    const { code, stdout, stderr } = await vipctl(`allocate -c ${kubeconfig}`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`context test (${server.url}): the credentials are not accepted (401): Unauthorized`)
    expect(stderr).not.toContain('secret-token')
  })

  it('is not an API server when it knows no API groups', async () => {
    const { kubeconfig } = await startCluster({
      misbehave: (_, response) => {
        response.writeHead(404).end('404 page not found\n')
        return true
      },
    })
    const { code, stderr } = await vipctl(`allocate -c ${kubeconfig}`)
    expect(code).toBe(2)
    expect(stderr).toContain('no Kubernetes API there (404)')
  })

  it('is asked again after the pause that it wants, when it has no time', async () => {
    const { code, tries } = await withServices(({ before }, response) => {
      if (before > 0) return false
      sendJson(response, 429, { kind: 'Status', message: 'too many requests' }, { 'retry-after': '1' })
      return true
    })
    expect({ code, tries }).toEqual({ code: 0, tries: 2 })
  })

  it('is not waited for when the pause is long', async () => {
    const { code, stderr, tries } = await withServices((_, response) => {
      sendJson(response, 429, { kind: 'Status', message: 'too many requests' }, { 'retry-after': '3600' })
      return true
    })
    expect({ code, tries }).toEqual({ code: 2, tries: 1 })
    expect(stderr).toContain('the server is too busy (429): too many requests')
  })

  it('is asked again when it fails, and not for ever', async () => {
    const { code, stderr, tries } = await withServices((_, response) => {
      sendJson(response, 503, { kind: 'Status', message: 'etcd leader changed' })
      return true
    })
    expect({ code, tries }).toEqual({ code: 2, tries: 5 })
    expect(stderr).toContain('the server fails (503): etcd leader changed')
  })

  it('for a kind of which nothing is computed is said, and the rest is read', async () => {
    const groups = JSON.parse(recorded('apis.json')) as { groups: unknown[] }
    const { kubeconfig } = await startCluster({
      misbehave: ({ path }, response) => {
        if (path === '/apis') sendJson(response, 200, { ...groups, groups: [...groups.groups, GATEWAY_API] })
        else if (path.endsWith('/udproutes'))
          sendJson(response, 503, { kind: 'Status', message: 'service unavailable', code: 503 }, { 'retry-after': '0' })
        else return false
        return true
      },
    })
    const { code, stdout, stderr } = await vipctl(`dump -n cars -c ${kubeconfig}`)
    expect(code).toBe(0)
    expect(stdout).toContain('cars-web.cars.svc.cluster.local')
    expect(stderr).toMatch(
      /^warning: .*the server fails for udproutes\.gateway\.networking\.k8s\.io \(503: service unavailable\): the result may be incomplete$/m,
    )
  })

  it('is asked by HTTP for what it says by HTTPS', async () => {
    const server = createServer((_, response) => {
      response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { code, stderr } = await withCluster(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.close()
    expect(code).toBe(2)
    expect(stderr).toContain('hint: the server in the kubeconfig begins with http: instead of https:')
  })

  it('sends elsewhere, where nobody follows with credentials', async () => {
    const { code, stderr, tries } = await withServices((_, response) => {
      response.writeHead(302, { location: 'https://login.example.com/' }).end()
      return true
    })
    expect({ code, tries }).toEqual({ code: 2, tries: 1 })
    expect(stderr).toContain('the server redirects elsewhere (302)')
  })
})

describe.concurrent('an answer that is broken', () => {
  it('is asked for again when it is cut', async () => {
    const { code, tries } = await withServices(({ before }, response) => {
      if (before > 0) return false
      response.writeHead(200, { 'content-type': 'application/json' }).write(recorded('services.json').slice(0, 500))
      setTimeout(() => response.destroy(), 20)
      return true
    })
    expect({ code, tries }).toEqual({ code: 0, tries: 2 })
  })

  it('ends the command when it is cut every time', async () => {
    const { code, stderr } = await withServices((_, response) => {
      response.destroy()
      return true
    })
    expect(code).toBe(2)
    expect(stderr).toMatch(/context test \(https:\/\/127\.0\.0\.1:\d+\): the connection was cut/)
  })

  // Alone, because other tests of this process would use up its time.
  it.sequential('ends the command when it takes longer than --request-timeout', async () => {
    const { code, stderr, tries } = await withServices((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":[')
      return true
    }, ' --request-timeout 300ms')
    expect({ code, tries }).toEqual({ code: 2, tries: 1 })
    expect(stderr).toContain('no complete response within 0.3 s')
    expect(stderr).toContain('--request-timeout sets a longer limit')
  })

  it.each([
    ['a web page', 'text/html', '<html>sign in</html>', 'sent a web page instead of JSON'],
    ['no JSON', 'application/json', '{"items":[', 'sent invalid JSON'],
    ['no list', 'application/json', '{"items":{"a":1}}', 'sent something that is not a list'],
  ])('ends the command when it is %s', async (_, type, body, message) => {
    const { code, stderr } = await withServices((__, response) => {
      response.writeHead(200, { 'content-type': type }).end(body)
      return true
    })
    expect(code).toBe(2)
    expect(stderr).toContain(`/api/v1/services ${message}`)
  })

  it('is left out where an item is not an object or is too deep, and the rest counts', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
    const { code, stderr } = await withServices((_, response) => {
      response.end(`{"kind":"ServiceList","metadata":{},"items":[1,null,{"metadata":{"name":"deep"},"spec":${deep}}]}`)
      return true
    })
    expect(code).toBe(0)
    expect(stderr).toContain('items of the list of services left out: 3')
    expect(stderr).toContain('nest deeper than the limit of 1,000 levels')
  })

  it('does not act on the terminal', async () => {
    const { stderr } = await withServices((_, response) => {
      sendJson(response, 400, { kind: 'Status', message: 'bad\u001b[31m request' })
      return true
    })
    expect(stderr).toContain('bad\\x1b[31m request')
  })
})

describe('a connection that cannot be trusted or made', () => {
  it.each([
    [
      'server',
      { 'certificate-authority': tlsFile('other-ca.crt') },
      'signed by an authority that the kubeconfig does not name',
    ],
    ['other-name', {}, 'for other names than the one in the kubeconfig'],
    ['expired', {}, "the server's certificate has expired"],
  ])('says what is wrong with the certificate %s', async (certificate, cluster, message) => {
    const { server, kubeconfig } = await startCluster({ certificate, cluster })
    const { code, stderr } = await vipctl(`allocate -c ${kubeconfig}`)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(server.asked).toEqual([])
  })

  it('is made where the kubeconfig says which name to expect', async () => {
    const cluster = { 'tls-server-name': 'kubernetes.example.com' }
    const { kubeconfig } = await startCluster({ certificate: 'other-name', cluster })
    expect(await vipctl(`allocate -c ${kubeconfig}`)).toMatchObject({ code: 0 })
  })

  it('is made where the kubeconfig says not to check certificates', async () => {
    const cluster = { 'insecure-skip-tls-verify': true, 'certificate-authority': undefined }
    const { kubeconfig } = await startCluster({ certificate: 'expired', cluster })
    expect(await vipctl(`allocate -c ${kubeconfig}`)).toMatchObject({ code: 0 })
  })

  it('says that nobody listens', async () => {
    const { code, stderr } = await withCluster('https://127.0.0.1:1')
    expect(code).toBe(2)
    expect(stderr).toContain('context test (https://127.0.0.1:1): connection refused')
  })

  it('says that the name is not known', async () => {
    const { code, stderr } = await withCluster('https://api.invalid:6443')
    expect(code).toBe(2)
    expect(stderr).toMatch(/the server's name is not known to DNS|DNS does not answer/)
  })

  it('says that the server speaks no TLS', async () => {
    const server = createServer((_, response) => response.end('plain'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { stderr, code } = await withCluster(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.close()
    expect(code).toBe(2)
    expect(stderr).toContain('the server does not answer with TLS')
  })

  it('says that a certificate of the kubeconfig is missing', async () => {
    const { stderr, code } = await withCluster('https://127.0.0.1:1', { 'certificate-authority': '/nowhere/ca.crt' })
    expect(code).toBe(2)
    expect(stderr).toContain('context test: /nowhere/ca.crt of the kubeconfig does not exist')
  })

  it('says that a certificate of the kubeconfig is none', async () => {
    const { stderr, code } = await withCluster('https://127.0.0.1:1', {
      'certificate-authority': undefined,
      'certificate-authority-data': Buffer.from('-----BEGIN CERTIFICATE-----\nhidden\n').toString('base64'),
    })
    expect(code).toBe(2)
    expect(stderr).toContain('context test')
    expect(stderr).not.toContain('hidden')
    expect(stderr).not.toContain('internal error')
  })

  it('does not print the password of a server URL', async () => {
    const { stderr } = await withCluster('https://me:hidden@127.0.0.1:1')
    expect(stderr).toContain('(https://127.0.0.1:1)')
    expect(stderr).not.toContain('hidden')
  })
})
