import { execFileSync } from 'node:child_process'
import { existsSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { vipctl } from '../commands/cli.ts'
import { temporaryFolder } from '../support/folders.ts'
import { certificateOf, closeAll, type Misbehaviour, sendJson, startCluster } from './server.ts'

afterAll(closeAll)

const PATH = process.env.PATH ?? ''

interface Settings {
  readonly user?: Readonly<Record<string, unknown>>
  readonly cluster?: Readonly<Record<string, unknown>>
  readonly misbehave?: Misbehaviour
  readonly args?: string
}

async function readAs({ args = '', ...options }: Settings) {
  const { server, kubeconfig } = await startCluster(options)
  const ran = await vipctl(`allocate -c ${kubeconfig} ${args}`.trim(), { env: { PATH } })
  return { ...ran, asked: server.asked }
}

/** A credential plugin that runs a script of sh. */
const plugin = (script: string): Record<string, unknown> => ({
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'sh',
  args: ['-c', script],
  interactiveMode: 'Never',
})

function fifo(): string {
  const path = join(temporaryFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  return path
}

/** 11 MB that take no space. */
function largeFile(): string {
  const path = join(temporaryFolder(), 'large')
  writeFileSync(path, '')
  truncateSync(path, 11_000_000)
  return path
}

/** One error with exit code 2: a sentence, and perhaps a hint. */
function expectOneError({ code, stderr }: { readonly code: number; readonly stderr: string }, message: string): void {
  expect(stderr).toMatch(/^error: context test: [^\n]+\n(?: {2}hint: [^\n]+\n)?$/)
  expect(stderr).toContain(message)
  expect(code).toBe(2)
}

describe('a credential plugin', () => {
  it.each([
    ['prints without end', 'yes x', 'the credential plugin sh printed more than 1 MB'],
    ['prints errors without end, and fails', 'yes x | head -c 3000000 >&2; exit 3', 'failed with exit code 3: x'],
    ['does not end', 'sleep 1000', 'the credential plugin sh took longer than 1 seconds'],
    ['leaves a process that does not end', 'setsid sleep 1000 & sleep 1000', 'took longer than 1 seconds'],
    ['prints only a part', `printf '{"status":'`, 'its output is not an ExecCredential'],
    ['prints no status', "echo '{}'", 'its output is not an ExecCredential'],
  ])('that %s ends in one sentence', async (_, script, message) => {
    expectOneError(await readAs({ user: { exec: plugin(script) }, args: '--request-timeout 1s' }), message)
  })

  it('whose command has a NUL ends in one sentence', async () => {
    expectOneError(await readAs({ user: { exec: { ...plugin(''), command: 'a\u0000b' } } }), 'credential')
  })

  it('gets its environment, and gives a certificate', async () => {
    const { 'client-certificate': certificate, 'client-key': key } = certificateOf('bob')
    const script = `node -e '
      const { readFileSync } = require("node:fs"), read = (name) => readFileSync(process.env[name], "utf8")
      console.log(JSON.stringify({ status: { clientCertificateData: read("CERT"), clientKeyData: read("KEY") } }))'`
    const env = [
      { name: 'CERT', value: certificate },
      { name: 'KEY', value: key },
    ]
    const { asked } = await readAs({ user: { exec: { ...plugin(script), env } } })
    expect(asked[0]?.as).toBe('bob')
  })
})

describe('files that a kubeconfig names', () => {
  const cases: readonly (readonly [string, () => string, string])[] = [
    ['a device', () => '/dev/zero', 'is not a file'],
    ['a pipe', fifo, 'is not a file'],
    ['a folder', temporaryFolder, 'is not a file'],
    ['too large', largeFile, 'is larger than the limit of 10,000,000 bytes'],
    ['missing', () => '/nowhere/x', 'does not exist'],
  ]
  it.each(cases)('are not used when one is %s', async (_, path, why) => {
    const named = path()
    const key = { ...certificateOf('admin'), 'client-key': named }
    const certificate = { ...certificateOf('admin'), 'client-certificate': named }
    for (const user of [{ tokenFile: named }, key, certificate]) {
      expectOneError(await readAs({ user }), `${named} of the kubeconfig ${why}`)
    }
    const authority = { 'certificate-authority': named, 'certificate-authority-data': undefined }
    expectOneError(await readAs({ cluster: authority }), `${named} of the kubeconfig ${why}`)
  })
})

describe('an auth-provider', () => {
  it.each(['gcp', 'azure', 'exec', 'tokenFile', 'openstack', ''])('%j is refused, and runs nothing', async (name) => {
    const made = join(temporaryFolder(), 'made')
    const config = { 'cmd-path': 'touch', 'cmd-args': made, tokenFile: '/dev/zero', exec: `touch ${made}` }
    const ran = await readAs({ user: { 'auth-provider': { name, config } } })
    expectOneError(ran, `the auth-provider ${name} of the kubeconfig is not supported`)
    expect(existsSync(made)).toBe(false)
    expect(ran.asked).toEqual([])
  })

  it('oidc reads and runs nothing that its settings name', async () => {
    const config = { 'id-token': 'expired', tokenFile: '/dev/zero', exec: 'touch /tmp/x', 'cmd-path': 'touch' }
    const { asked, code, stderr } = await readAs({ user: { 'auth-provider': { name: 'oidc', config } } })
    expect(stderr).not.toContain('internal error')
    expect(asked.every(({ headers }) => headers.authorization === undefined)).toBe(true)
    expect(code).toBe(2)
  })
})

describe('own credentials', () => {
  const TOKEN = 'SUPERSECRETTOKEN123'
  const PASSWORD = 'p4ss"w0rd'
  const BASIC = Buffer.from(`joe:${PASSWORD}`).toString('base64')

  const repeating =
    (status: number, text: (header: string) => string): Misbehaviour =>
    ({ headers }, response) => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end(text(headers.authorization ?? ''))
      return true
    }
  const asStatus =
    (code: number): Misbehaviour =>
    ({ headers }, response) => {
      const message = `bad credentials ${headers.authorization} and ${headers.authorization?.split(' ')[1]}`
      sendJson(response, code, { kind: 'Status', message, code })
      return true
    }
  const answers: readonly (readonly [string, Misbehaviour])[] = [
    ...[401, 403, 400, 404].map((status) => [`${status} as a Status`, asStatus(status)] as const),
    ['text', repeating(401, (header) => `bad token ${header}`)],
    ['a token without its header', repeating(403, (header) => `token=${header.split(' ')[1]};`)],
    ['a token in a URL', repeating(403, (header) => encodeURIComponent(header))],
    ['a long text', repeating(400, (header) => `${'x'.repeat(290)} ${header}`)],
  ]
  const users: readonly (readonly [string, Record<string, unknown>])[] = [
    ['a token', { token: TOKEN }],
    ['a password', { username: 'joe', password: PASSWORD }],
    ['a plugin', { exec: plugin(`echo '{"status": {"token": "${TOKEN}"}}'`) }],
  ]
  const cases = users.flatMap(([who, user]) =>
    answers.map(([what, misbehave]) => ({ who, user, what, misbehave }) as const),
  )

  it.each(cases)('of $who are not printed when a server answers $what', async ({ user, misbehave }) => {
    const { code, stdout, stderr } = await readAs({ user, misbehave })
    expect(code).toBe(2)
    for (const secret of [TOKEN, TOKEN.slice(0, 9), PASSWORD, BASIC, encodeURIComponent(PASSWORD)]) {
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  it('are not printed when a server answers with the password alone', async () => {
    const misbehave = repeating(401, () => `${PASSWORD} is wrong`)
    const { stderr } = await readAs({ user: { username: 'joe', password: PASSWORD }, misbehave })
    expect(stderr).toContain('(401): [hidden] is wrong')
  })

  it('of a proxy may be anything', async () => {
    const { code, stderr } = await readAs({ cluster: { 'proxy-url': 'http://me:%zz%00@127.0.0.1:1' } })
    expect(stderr).toContain('by the proxy http://127.0.0.1:1): ')
    expect(stderr).not.toContain('%zz')
    expect(stderr).not.toContain('internal error')
    expect(code).toBe(2)
  })

  it('that are short are hidden in a header', async () => {
    const { stderr } = await readAs({ user: { token: 'abc' }, misbehave: asStatus(401) })
    expect(stderr).toContain('bad credentials Bearer [hidden]')
  })

  it('are not printed when the plugin repeats them', async () => {
    const script = `echo '{"status": {"token": "${TOKEN}"}}'; echo "cannot use ${TOKEN}" >&2; exit 1`
    const { stderr } = await readAs({ user: { exec: plugin(script) } })
    expect(stderr).toContain('the credential plugin sh failed with exit code 1: cannot use [hidden]')
  })

  it('leave the rest of a message as it is', async () => {
    const { stderr } = await readAs({ user: { token: 'bob' } })
    expect(stderr).toContain('User "bob" cannot list')
  })
})
