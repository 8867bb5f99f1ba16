/** The scenarios with clients that know nothing of vipctl, through a real Envoy. */
import { describe, expect, it } from 'vitest'
import { answersIn, isPossible, script, TCP_CLIENT } from './sandbox.ts'

const CURL = 'curl -s -m 5'
const CAPTURE = ['--meta', 'DNS_CAPTURE=true']

describe.skipIf(!isPossible)('the life of a request (scenario 1)', () => {
  it('reaches what each resolution leads to', async () => {
    const ran = await script(
      '.',
      ['-f', '01-life-of-a-request', '--proxy', 'client', ...CAPTURE],
      [
        `${CURL} http://web/x`,
        `${TCP_CLIENT} db-1.db 5432 hello`,
        `${TCP_CLIENT} none.example.com 5000 hello`,
        `${TCP_CLIENT} static.example.com 6000 hello`,
        `${TCP_CLIENT} dns.example.com 7000 hello`,
        `${TCP_CLIENT} round-robin.example.com 8000 hello`,
        `${CURL} http://ghost.example.com/ || echo "curl ended with $?"`,
      ],
    )
    const [web, db, none, fixed, dns, roundRobin] = answersIn(ran)
    expect(web).toMatchObject({
      cluster: 'outbound|80||web.default.svc.cluster.local',
      endpoint: expect.stringMatching(/^10\.244\.1\.[12]:8080$/),
      http: { path: '/x', host: 'web' },
    })
    expect(db).toMatchObject({ endpoint: '10.244.2.2:5432', workload: 'Pod default/db-1', text: 'hello' })
    expect(none?.cluster).toBe('outbound|5000||none.example.com')
    expect(fixed?.endpoint).toMatch(/^198\.51\.100\.1[12]:6000$/)
    expect(dns?.cluster).toBe('outbound|7000||dns.example.com')
    expect(roundRobin?.cluster).toBe('outbound|8000||round-robin.example.com')
    // The name does not resolve.
    expect(ran.stdout).toContain('curl ended with 6')
  })
})

const CLIENT = ['-f', '.', '--proxy', 'client']

describe.skipIf(!isPossible)('automatic addresses (scenario 4)', () => {
  it('lead to the endpoint', async () => {
    const ran = await script('04-automatic-address', CLIENT, ['dig +short auto.internal', `${CURL} auto.internal`])
    expect(ran.stdout).toMatch(/^240\.240\.0\.1\n/)
    expect(answersIn(ran)).toMatchObject([{ endpoint: '198.51.100.2:80', cluster: 'outbound|80||auto.internal' }])
  })
})

describe.skipIf(!isPossible)('search domains (scenario 5)', () => {
  it('take one round trip, and TLS goes through to the host that the proxy resolves', async () => {
    const ran = await script('05-search-domains', CLIENT, [
      'dig +short istio.io.default.svc.cluster.local',
      `${CURL} https://istio.io/docs`,
      'openssl s_client -brief -verify_return_error -connect istio.io:443 -servername istio.io < /dev/null 2>&1',
    ])
    expect(ran.stdout).toMatch(/^istio\.io\.\n240\.240\.0\.1\n/)
    expect(answersIn(ran)).toMatchObject([
      { cluster: 'outbound|443||istio.io', tls: { sni: 'istio.io' }, http: { path: '/docs', version: '2' } },
    ])
    expect(ran.stdout).toContain('Verification: OK')
  })
})

describe.skipIf(!isPossible)('two databases (scenario 6)', () => {
  const FILES = ['-f', '.', '-f', 'same-port']
  const HOST = (number: number): string => `mysql-instance${number}.us-east-1.rds.amazonaws.com`
  const ask = [1, 2].map((number) => `${TCP_CLIENT} ${HOST(number)} 3306`)

  it('share a listener without addresses, so that one gets the connections of the other', async () => {
    const answers = answersIn(await script('06-two-databases', [...FILES, '--proxy', 'client'], ask))
    expect(answers.map(({ cluster }) => cluster)).toEqual([`outbound|3306||${HOST(1)}`, `outbound|3306||${HOST(1)}`])
  })

  it('are apart with addresses; the server sends first', async () => {
    const answers = answersIn(await script('06-two-databases', [...FILES, '--proxy', 'capturing'], ask))
    expect(answers.map(({ cluster }) => cluster)).toEqual([`outbound|3306||${HOST(1)}`, `outbound|3306||${HOST(2)}`])
    expect(answers[0]).not.toHaveProperty('text')
  })
})

describe.skipIf(!isPossible)('a mongo database (scenario 7)', () => {
  it('has both endpoints behind one address', async () => {
    const lines = Array.from({ length: 12 }, () => `${TCP_CLIENT} mymongodb.somedomain 27018 hello`)
    const answers = answersIn(await script('07-mongodb', CLIENT, lines))
    const endpoints = new Set(answers.map(({ endpoint }) => endpoint))
    expect([...endpoints].sort()).toEqual(['2.2.2.2:27018', '3.3.3.3:27018'])
  })
})

describe.skipIf(!isPossible)('a Service of two clusters (scenario 8)', () => {
  const FILES = ['-f', 'cluster-1', '--cluster-id', 'cluster-1', '--remote', 'cluster-2=cluster-2']

  it.each([
    ['client-1', '10.96.0.10'],
    ['client-2', '10.10.0.10'],
  ])('has the address of the own cluster for %s, and endpoints of both', async (proxy, address) => {
    const lines = [
      'dig +short hello.default.svc.cluster.local',
      ...Array.from({ length: 20 }, () => `${CURL} hello:5000`),
    ]
    const ran = await script('08-two-clusters', [...FILES, '--proxy', proxy], lines)
    expect(ran.stdout.split('\n')[0]).toBe(address)
    expect(new Set(answersIn(ran).map(({ endpoint }) => endpoint)).size).toBe(3)
  })
})

describe.skipIf(!isPossible)('the gateway of another cluster (scenario 12)', () => {
  it('gets requests to the public name', async () => {
    const ran = await script('12-other-clusters-gateway', CLIENT, [
      `${CURL} http://api.tetrate.io/v1`,
      'openssl s_client -brief -connect api.tetrate.io:443 -servername api.tetrate.io < /dev/null 2>&1',
    ])
    expect(answersIn(ran)).toMatchObject([{ endpoint: '10.50.0.1:80', http: { host: 'api.tetrate.io' } }])
    expect(ran.stdout).toContain('CONNECTION ESTABLISHED')
  })
})

describe.skipIf(!isPossible)('two networks (scenario 13)', () => {
  it('reach the own network in mutual TLS with the identities of the mesh', async () => {
    const files = ['-f', 'east', '--cluster-id', 'east', '--remote', 'west=west', '--proxy', 'client-east']
    const answers = answersIn(await script('13-two-networks', files, [`${CURL} forecast.weather:3002`]))
    const name = 'forecast.weather.svc.cluster.local'
    expect(answers).toMatchObject([
      {
        cluster: `outbound|3002||${name}`,
        tls: { sni: `outbound_.3002_._.${name}`, client: 'URI:spiffe://cluster.local/ns/default/sa/default' },
      },
    ])
  })
})
