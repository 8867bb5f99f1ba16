import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { oldStatusOf, statusOf } from '../support/syncz.ts'
import { folderOf, vipctl } from './cli.ts'

const ps = (answer: unknown, args = '', columns?: number) =>
  vipctl(`ps --syncz -${args === '' ? '' : ` ${args}`}`, {
    stdin: typeof answer === 'string' ? answer : JSON.stringify(answer),
    ...(columns !== undefined && { columns }),
  })

const rowsOf = (stdout: string): string[][] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/ {3,}/))

/** What istioctl prints: a response of xDS. */
const response = (istiod: string, ...clients: readonly object[]) => ({
  versionInfo: '1',
  resources: clients.map((client) => ({
    '@type': 'type.googleapis.com/envoy.service.status.v3.ClientConfig',
    ...client,
  })),
  typeUrl: 'type.googleapis.com/envoy.service.status.v3.ClientConfig',
  controlPlane: { identifier: JSON.stringify({ Component: 'istiod', ID: istiod, Info: { version: '1.31.0' } }) },
})

const client = (id: string, configs: Readonly<Record<string, string>>) => ({
  node: { id, metadata: { CLUSTER_ID: 'east', ISTIO_VERSION: '1.30.1', NAMESPACE: 'shop' } },
  genericXdsConfigs: Object.entries(configs).map(([type, configStatus]) => ({
    typeUrl: `type.googleapis.com/${type}`,
    configStatus,
    ...(configStatus === 'ERROR' && { errorState: { details: 'no such cluster' } }),
  })),
})

describe('vipctl proxy-status of a saved answer', () => {
  it("prints every state in istioctl's words", async () => {
    const answer = [
      statusOf('web-1.shop', { types: ['CDS', 'LDS', 'EDS', 'RDS'], notSent: ['RDS'], stale: ['EDS'] }),
      statusOf('api-1.shop', { refused: { LDS: 'Error adding/updating listener(s) 10.0.0.1_80: duplicate address' } }),
    ]
    const { stdout, code } = await ps(answer)
    expect(code).toBe(1)
    expect(stdout).toBe(
      [
        'NAME         CLUSTER      ISTIOD   VERSION   CDS      LDS      EDS      RDS        NDS',
        'api-1.shop   Kubernetes   -        1.31.0    SYNCED   ERROR    SYNCED   SYNCED     SYNCED',
        'web-1.shop   Kubernetes   -        1.31.0    SYNCED   SYNCED   STALE    NOT SENT   IGNORED',
        '',
        'api-1.shop refuses the last update of LDS:',
        '  Error adding/updating listener(s) 10.0.0.1_80: duplicate address',
        '',
      ].join('\n'),
    )
  })

  it('is fine if everything that was sent is accepted', async () => {
    const { code } = await ps([statusOf('web-1.shop', { notSent: ['RDS'] })])
    expect(code).toBe(0)
  })

  it("has a column for further types that a proxy asks for, in istioctl's order", async () => {
    const { stdout } = await ps([statusOf('a.shop'), statusOf('b.shop', { types: ['NDS', 'ECDS', 'LDS', 'CDS'] })])
    expect(rowsOf(stdout)[0]?.slice(4)).toEqual(['CDS', 'LDS', 'EDS', 'RDS', 'ECDS', 'NDS'])
    expect(rowsOf(stdout)[2]?.slice(4)).toEqual(['SYNCED', 'SYNCED', 'IGNORED', 'IGNORED', 'SYNCED', 'SYNCED'])
  })

  it('reads what older istiods answer', async () => {
    const { stdout } = await ps([oldStatusOf('web-1.shop', { types: ['CDS', 'LDS'], stale: ['LDS'] })])
    expect(rowsOf(stdout)[1]?.slice(4)).toEqual(['SYNCED', 'STALE', 'IGNORED', 'IGNORED', 'IGNORED'])
  })

  it.each([
    ['one istiod', (responses: readonly object[]) => JSON.stringify(responses[0], null, 4), ['a.shop']],
    [
      'several istiods',
      (responses: readonly object[]) => responses.map((each) => JSON.stringify(each, null, 4)).join('\n'),
      ['a.shop', 'b.shop'],
    ],
  ])('reads what istioctl prints of %s', async (_, print, names) => {
    const answers = [
      response(
        'istiod-1',
        client('a.shop', {
          'envoy.config.cluster.v3.Cluster': 'STALE',
          'envoy.config.listener.v3.Listener': 'NOT_SENT',
        }),
      ),
      response(
        'istiod-2',
        client('b.shop', {
          'envoy.config.cluster.v3.Cluster': 'ERROR',
          'istio.networking.nds.v1.NameTable': 'UNKNOWN',
        }),
      ),
    ]
    const { stdout } = await ps(print(answers), '-o json')
    const { proxies } = JSON.parse(stdout)
    expect(proxies.map(({ proxy }: { proxy: string }) => proxy)).toEqual(names)
    expect(proxies[0]).toEqual({
      proxy: 'a.shop',
      cluster: 'east',
      istiod: 'istiod-1',
      version: '1.30.1',
      status: {
        CDS: { state: 'STALE' },
        LDS: { state: 'NOT SENT' },
        EDS: { state: 'IGNORED' },
        RDS: { state: 'IGNORED' },
        NDS: { state: 'IGNORED' },
      },
    })
    if (names.length > 1) expect(proxies[1].status.CDS).toEqual({ state: 'ERROR', error: 'no such cluster' })
  })

  it.each([
    ['web-1', ['web-1.shop', 'web-1.test']],
    ['web-*.shop', ['web-1.shop', 'web-2.shop']],
    ['-n shop web-1', ['web-1.shop']],
    ['-n test', ['web-1.test']],
    ['a.b', ['a.b.shop']],
  ])('prints only those of %s', async (args, names) => {
    const answer = ['web-2.shop', 'web-1.test', 'web-1.shop', 'a.b.shop'].map((name) => statusOf(name))
    const { stdout } = await ps(answer, args)
    expect(
      rowsOf(stdout)
        .slice(1)
        .map(([name]) => name),
    ).toEqual(names)
  })

  it('says that no proxy matches, or that none is connected', async () => {
    expect((await ps([statusOf('a.shop')], 'b')).stdout).toBe('# no proxy matches\n')
    expect((await ps([])).stdout).toBe('# no proxy is connected\n')
  })

  it('becomes a list where the terminal is narrow, and no control character reaches it', async () => {
    const { stdout } = await ps(
      [statusOf('web\u001b[2J.shop', { refused: { CDS: 'bad\u0007 cluster' } })],
      '--color never',
      60,
    )
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\u0007')
    expect(stdout).toMatch(/^ {2}RDS +SYNCED$/m)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  })

  it.each([
    ['a dump of an Envoy', '{"configs": []}'],
    ['a list of something else', '[{"name": "x"}]'],
    ['a list of numbers', '[1, 2]'],
    ['an object of Kubernetes', 'kind: Pod\nmetadata: {name: a}\n'],
    ['a truncated answer', '[{"proxy": "web-1.sh'],
    ['a web page', '<html><body>log in</body></html>'],
    ['nothing', ''],
    ['null', 'null'],
  ])('refuses %s', async (_, text) => {
    const { code, stdout, stderr } = await ps(text)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('error: --syncz -: this is not the status of proxies')
    expect(stderr).toContain('hint: it takes an answer of istiod to /debug/syncz')
  })

  it('says that a file does not exist', async () => {
    const { code, stderr } = await vipctl('ps --syncz no-such-file.json')
    expect(code).toBe(2)
    expect(stderr).toContain('--syncz no-such-file.json: no such file')
  })

  it.each([
    ['-f mesh.yaml', '--filename needs --computed'],
    ['--istio-version 1.28', '--istio-version needs --computed'],
    ['--no-gitignore', '--no-gitignore needs --computed'],
    ['--computed', '--computed and --syncz exclude each other'],
    ['-n shop -A', '-n and -A exclude each other'],
  ])('refuses %s, which would have no effect', async (args, message) => {
    const { code, stderr } = await ps([], args)
    expect(code).toBe(2)
    expect(stderr).toContain(`error: ${message}`)
  })
})

describe('vipctl proxy-status of a report', () => {
  const files = {
    'istio/istio-system/istiod-1/debug/syncz': JSON.stringify([statusOf('web-1.shop')]),
    'istio/istio-system/istiod-2/debug/syncz': JSON.stringify([statusOf('api-1.shop', { stale: ['CDS'] })]),
    'istio/istio-system/istiod-1/debug/adsz': 'anything',
    'proxies/shop/web-1/config_dump?include_eds': readFileSync('fixtures/verify/web.json'),
    'cluster/k8s-resources': readFileSync('fixtures/verify/mesh/reviews.yaml'),
  }
  const cwd = folderOf({
    ...files,
    ...Object.fromEntries(
      Object.entries(files)
        .slice(3)
        .map(([path, text]) => [`old/${path}`, text]),
    ),
  })

  it('has the proxies of all its istiods', async () => {
    const { stdout, stderr, code } = await vipctl('ps --bug-report .', { cwd })
    expect({ stderr, code }).toEqual({ stderr: '', code: 1 })
    expect(rowsOf(stdout).map((row) => row.slice(0, 5))).toEqual([
      ['NAME', 'CLUSTER', 'ISTIOD', 'VERSION', 'CDS'],
      ['api-1.shop', 'Kubernetes', 'istiod-2', '1.31.0', 'STALE'],
      ['web-1.shop', 'Kubernetes', 'istiod-1', '1.31.0', 'SYNCED'],
    ])
  })

  it('is compared with its objects', async () => {
    const { stdout, code } = await vipctl('ps --bug-report . --computed', { cwd })
    expect(code).toBe(1)
    expect(rowsOf(stdout).map((row) => row.at(-1))).toEqual(['COMPUTED', '-', '1 difference'])
  })

  it('may have no status of proxies', async () => {
    const { stderr, code } = await vipctl('ps --bug-report old', { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('error: --bug-report old: the report has no status of proxies')
  })
})
