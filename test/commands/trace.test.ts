import { describe, expect, it } from 'vitest'
import { CAPTURE, documents, entry, folderOf, told, vipctl } from './cli.ts'

const SHOP = 'fixtures/scenarios/14-traffic-management'

const MESH = documents(CAPTURE, entry())

const trace = (args: readonly string[], mesh = MESH, stdin?: string) =>
  vipctl(['trace', ...args, '-f', 'mesh.yaml'], {
    cwd: folderOf({ 'mesh.yaml': mesh }),
    ...(stdin !== undefined && { stdin }),
  })

describe('for people', () => {
  it('prints numbered steps with reasons and places, and where it ends', async () => {
    const { stdout, code } = await trace(['db.example.com:3306'])
    expect(stdout).toMatchInlineSnapshot(`
      "# Istio 1.31.0 (assumed)
      # from: synthetic sidecar in namespace default, DNS capture on

      db.example.com:3306
       1. name          240.240.0.1
                        the proxy's DNS server answers for
                        db.example.com.default.svc.cluster.local.; ServiceEntry
                        default/db: address assigned automatically (simulated): next
                        free address, as the controller would assign it (by creation
                        time)
                        mesh.yaml:18 ServiceEntry default/db
       2. capture       to the proxy
                        outbound connections are redirected to the proxy
       3. listener      240.240.0.1_3306
                        it listens on exactly this address and port; a TCP port
                        listens on the address of its service
                        mesh.yaml:20 ServiceEntry default/db
       4. filter chain  the only chain
                        it has no conditions; everything that no other chain matches
                        goes to the cluster of the service
                        mesh.yaml:20 ServiceEntry default/db
       5. cluster       outbound|3306||db.example.com
                        ServiceEntry default/db: resolution DNS: load balancing over
                        all resolved addresses; plain text
                        mesh.yaml:20 ServiceEntry default/db
       6. endpoints     1 endpoint
                        names are resolved by the proxy: db.example.com:3306
                        db.default (100%)
      => reached: db.example.com:3306 db.default (100%)
      "
    `)
    expect(code).toBe(0)
  })

  it('fits 80 columns', async () => {
    const { stdout } = await vipctl(`trace http://reviews:9080/ --proxy checkout.shop -f ${SHOP} --color never`, {
      columns: 80,
    })
    const long = stdout.split('\n').filter((line) => line.length > 80)
    expect(long).toEqual([])
    expect(stdout).toContain('=> reached: 90% 10.244.1.1:9080')
  })

  it('exits with 1 when nothing is reached', async () => {
    const { stdout, code } = await trace(['webb:80'])
    expect(stdout).toContain('=> no address: webb has no address')
    expect(code).toBe(1)
  })

  it('keeps escape sequences of a target to itself', async () => {
    const { stdout } = await trace(['http://db.example.com/?\u009b31m'])
    expect(stdout).not.toContain('\u009b')
  })
})

describe('for programs', () => {
  it('is the trace as JSON', async () => {
    const { stdout } = await trace(['db.example.com:3306', '-o', 'json'])
    expect(JSON.parse(stdout)).toMatchObject({
      target: 'db.example.com:3306',
      from: 'synthetic sidecar in namespace default, DNS capture on',
      steps: [
        { stage: 'dns', result: '240.240.0.1' },
        { stage: 'capture', sources: [] },
        { stage: 'listener', resource: '240.240.0.1_3306' },
        { stage: 'filterChain' },
        {
          stage: 'cluster',
          sources: [
            {
              kind: 'ServiceEntry',
              namespace: 'default',
              name: 'db',
              location: { file: 'mesh.yaml', line: 20, column: 5 },
            },
          ],
        },
        { stage: 'endpoints' },
      ],
      branches: [
        {
          weight: 100,
          cluster: 'outbound|3306||db.example.com',
          tls: 'none',
          endpoints: [{ address: 'db.example.com', port: 3306, weight: 1, priority: 0, workload: 'db.default' }],
        },
      ],
      outcome: 'reached',
      detail: { text: 'db.example.com:3306 db.default (100%)' },
    })
  })

  it('draws pictures', async () => {
    const mermaid = await trace(['db.example.com:3306', '-o', 'mermaid'])
    expect(mermaid.stdout).toMatch(/^flowchart TD\n {2}s0\["db.example.com:3306"\]\n/)
    expect(mermaid.stdout).toContain('s4 --> sc0\n')
    const dot = await trace(['db.example.com:3306', '-o', 'dot'])
    expect(dot.stdout).toMatch(/^digraph trace \{\n[\s\S]*s4 -> sc0\n[\s\S]*\}\n$/)
  })

  it('draws the clusters of a weighted route beside each other, and workloads below their endpoints', async () => {
    const folder = 'fixtures/scenarios/14-traffic-management'
    const args = ['http://reviews:9080/', '--proxy', 'checkout.shop', '-f', folder, '-o', 'mermaid']
    const { stdout } = await vipctl(['trace', ...args, '--all-branches'])
    const arrows = stdout.split('\n').filter((line) => line.includes('-->'))
    expect(arrows.slice(6).map((line) => line.trim())).toEqual([
      's6 -->|"90%"| sc0',
      'sc0 -->|"none"| sc0e0',
      'sc0e0 --> s9',
      's6 -->|"10%"| sc1',
      'sc1 -->|"none"| sc1e0',
      'sc1e0 --> s12',
      's9 --> send',
      's12 --> send',
    ])
  })

  it('reads a batch in order, and names lines that are not requests', async () => {
    const lines = [
      '{"address": "240.240.0.1", "port": 3306, "tcp": true}',
      '{"address": "192.0.2.1", "port": 80, "http": {"method": "GET", "host": "a.example.com", "path": "/", "headers": {}}}',
      '{"address": "192.0.2.1", "port": 443, "tls": {"sni": "a.example.com", "alpn": []}}',
      '{"target": "http://db.example.com:3306/x"}',
      '{"address": "192.0.2.1", "prot": 80}',
      '{"address": "192.0.2.1", "port": 80',
    ]
    const { stdout, stderr, code } = await trace(['--batch', '-', '-o', 'json'], MESH, lines.join('\n'))
    const traces = JSON.parse(stdout) as { target: string; outcome: string }[]
    expect(traces.map(({ target, outcome }) => [target, outcome])).toEqual([
      ['240.240.0.1:3306', 'reached'],
      ['http://192.0.2.1:80/ (host a.example.com)', 'passthrough'],
      ['192.0.2.1:443', 'passthrough'],
      ['http://db.example.com:3306/x', 'reached'],
    ])
    expect(told({ stderr })).toContain('error: <stdin>:5:1: a request has no field "prot"\n  hint: did you mean port?')
    expect(told({ stderr })).toContain('error: <stdin>:6:1: not JSON')
    expect(code).toBe(2)
  })
})

describe('a target that cannot be', () => {
  it.each([
    ['db.example.com', 'the port is missing'],
    ['htp://db.example.com/', 'did you mean http://?'],
    ['http://db.example.com:99999/', '"99999" is not a port'],
    ['[::1:80', 'is not a host'],
    ['fd00::1', 'write [fd00::1]:PORT'],
    ['http://user@db.example.com/', 'a user name in a target has no effect'],
    ['http://db.example.com/a b', 'a path has no spaces'],
  ])('%s', async (target, message) => {
    const { stdout, stderr, code } = await trace([target])
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it.each([
    [['http://a.b/', '-H', 'a: b\r\nc: d'], 'a value has no line break'],
    [['http://a.b/', '-H', 'nothing'], "the form is 'name: value'"],
    [['http://a.b/', '-H', ':method: POST'], 'pseudo headers follow from the target'],
    [['a.b:80', '-H', 'a: b'], '--method and -H need HTTP'],
    [['http://a.b/', '--sni', 'x'], 'use https:// for TLS'],
    [['http://a.b/', '--server-first'], 'a client of HTTP sends first'],
    [['a.b:80', '--resolve', 'a.b=x'], 'is not an IP address'],
    [['a.b:80', '--depth', '900'], 'numbers from 0 to 50'],
    [['a.b:80', '--from', 'gateway/none'], 'no gateway "none"'],
    [['192.0.2.1:80', '--from', 'outside'], 'no gateway or workload of the input has the address'],
    [['a.b:80', '--batch', 'x'], 'give no target with it'],
    [[], 'no target'],
  ])('%j', async (args, message) => {
    const { stderr, code } = await trace(args)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })
})
