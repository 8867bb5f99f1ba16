/** The scenarios with clients that know nothing of vipctl, through a real Envoy. */
import { describe, expect, it } from 'vitest'
import { answersIn, GRPC_CLIENT, isPossible, script, TCP_CLIENT } from './sandbox.ts'

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

describe.skipIf(!isPossible)('versions of HTTP', () => {
  it('are the ones that clusters have, with unary messages of gRPC sent back', async () => {
    const files = ['-f', '../conformance/http-protocols/input.yaml', '--assume', 'none', '--meta', 'DNS_CAPTURE=true']
    const ran = await script(
      '.',
      [...files, '--istio-version', 'master'],
      [
        `${CURL} --http2-prior-knowledge http://h.example.com/one`,
        `${CURL} http://h.example.com:8080/two`,
        `${GRPC_CLIENT} h.example.com:9090 /shop.Cart/Add hello`,
      ],
    )
    expect(answersIn(ran)).toMatchObject([
      { http: { path: '/one', version: '1.1' } },
      { http: { path: '/two', version: '2' } },
      { http: { path: '/shop.Cart/Add', version: '2' }, status: '0', message: 'hello' },
    ])
  })
})

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

  it('has routes and TLS of its own', async () => {
    const ran = await script(
      '12-other-clusters-gateway',
      ['-f', 'other-cluster', '--with-gateways'],
      [
        `${CURL} -H 'host: api.tetrate.io' http://10.50.0.1/v1`,
        `${CURL} --resolve api.tetrate.io:443:10.50.0.1 https://api.tetrate.io/v2`,
        `${CURL} -o /dev/null -w '%{http_code}' -H 'host: nobody' http://10.50.0.1/`,
      ],
    )
    const place = { proxy: 'ingressgateway.istio-system', endpoint: expect.stringMatching(/^10\.245\.1\.2[01]:8000$/) }
    expect(answersIn(ran)).toMatchObject([
      { ...place, http: { path: '/v1' } },
      { ...place, http: { path: '/v2' } },
    ])
    expect(ran.stdout).toMatch(/404$/)
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

  it('reach the other network through its gateway, and the proxies of workloads', async () => {
    const files = ['-f', 'east', '--cluster-id', 'east', '--remote', 'west=west', '--proxy', 'client-east']
    const sni = 'outbound_.3002_._.forecast.weather.svc.cluster.local'
    const certificate = '-cert $C/cert-chain.pem -key $C/key.pem -CAfile $C/root-cert.pem -verify_return_error'
    const request = String.raw`printf 'GET /direct HTTP/1.1\r\nhost: forecast\r\nconnection: close\r\n\r\n'`
    const ran = await script(
      '13-two-networks',
      [...files, '--with-gateways'],
      [
        ...Array.from({ length: 12 }, () => `${CURL} forecast.weather:3002`),
        'C=$VIPCTL_SANDBOX_CERTS',
        `${request} | timeout 5 openssl s_client -quiet -connect 198.51.100.2:15443 -servername ${sni} -alpn istio ${certificate} 2>&1`,
      ],
    )
    const answers = answersIn(ran)
    const arrivals = new Set(answers.map(({ proxy, cluster }) => `${proxy} ${cluster}`))
    expect([...arrivals].sort()).toEqual([
      'forecast-east.weather inbound|3002||',
      'forecast-west.weather inbound|3002||',
    ])
    const direct = answers.find(({ http }) => http?.path === '/direct')
    expect(direct?.proxy).toBe('forecast-west.weather')
    expect(direct?.http?.headers['x-forwarded-client-cert']).toContain(
      'URI=spiffe://cluster.local/ns/default/sa/default',
    )
  })
})
