import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../src/formats/width.ts'
import { folderOf, type Ran, ROOT, vipctl } from './cli.ts'

const graph = (argv: string, world = {}): Promise<Ran> => vipctl(`graph -q ${argv}`, world)

/** TCP entries on port 3306 without addresses, which share a listener of a proxy without DNS capture. */
function databases(count: number): string {
  const entry = (index: number) => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db${index}, namespace: ns${index % 3}, creationTimestamp: "2024-01-01T00:00:${String(index % 60).padStart(2, '0')}Z"}
spec:
  hosts: [db${index}.example.com]
  ports: [{number: 3306, name: tcp, protocol: TCP}]
  resolution: DNS
`
  return Array.from({ length: count }, (_, index) => entry(index)).join('---\n')
}

describe('graph conflicts', () => {
  const folder = folderOf({ 'few.yaml': databases(3), 'many.yaml': databases(50) })

  it('draws the winner, the losers and the rule, in 80 columns', async () => {
    const { code, stdout, stderr } = await graph('-f few.yaml', { cwd: folder })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "# Istio 1.31.0 (assumed)
      # proxy: synthetic sidecar in namespace default, DNS capture off
      ┌─ listener ────────────────────────────────────────────────────────────────┐
      │ 0.0.0.0_3306                                                              │
      │ same-match: both match the same connections, and the first one keeps them │
      └┬──────────────────────────────────────────────────────────────────────────┘
       │   reached
       │   ┌─ wins ───────────────┐
       ├──▶│ ServiceEntry ns0/db0 │
       │   │ db0.example.com:3306 │
       │   │ few.yaml:6           │
       │   └──────────────────────┘
       │   same-match
       │   ┌─ loses ──────────────┐
       ├╌╌✗│ ServiceEntry ns1/db1 │
       │   │ db1.example.com:3306 │
       │   │ few.yaml:14          │
       │   └──────────────────────┘
       │   same-match
       │   ┌─ loses ──────────────┐
       └╌╌✗│ ServiceEntry ns2/db2 │
           │ db2.example.com:3306 │
           │ few.yaml:22          │
           └──────────────────────┘
      "
    `)
    expect(Math.max(...stdout.split('\n').map(displayWidth))).toBeLessThanOrEqual(80)
  })

  it('folds many losers, says so, and keeps the host in focus', async () => {
    const all = await graph('-f many.yaml', { cwd: folder })
    expect(all.stdout).toContain('44 more losers in 3 namespaces')
    expect(all.stdout).toContain('# folded: 0.0.0.0_3306: 44 losers')
    expect(all.stdout).not.toContain('db40.example.com')
    const focused = await graph('-f many.yaml --focus db40.example.com', { cwd: folder })
    expect(focused.stdout).toContain('db40.example.com:3306')
    expect(focused.stdout).toContain('44 more losers')
    const { stdout } = await graph('-f many.yaml -o json', { cwd: folder })
    const [listener] = JSON.parse(stdout).listeners
    expect(listener).toMatchObject({ listener: '0.0.0.0_3306', port: 3306 })
    expect(listener.conflicts[0]).toMatchObject({ rule: 'same-match', winner: { host: 'db0.example.com' } })
    expect(listener.conflicts[0].losers).toHaveLength(49)
    expect(listener.conflicts[0].losers[0].location).toEqual({ file: 'many.yaml', line: 14, column: 11 })
  })

  it('draws the ports that hosts share if there is no conflict', async () => {
    const { stdout } = await graph('-f fixtures/quickstart -o mermaid')
    expect(stdout).toMatchInlineSnapshot(`
      "---
      title: "conflicts, proxy: synthetic sidecar in namespace default, DNS capture on, Istio 1.31.0 (assumed)"
      ---
      flowchart LR
        b1["port<br>3306"]
        b2["listener<br>240.240.0.1_3306"]
        b3["has it alone<br>ServiceEntry default/orders-db<br>orders.db.example.com:3306<br>fixtures/quickstart/databases.yaml:12"]
        b4["listener<br>240.240.0.2_3306"]
        b5["has it alone<br>ServiceEntry default/users-db<br>users.db.example.com:3306<br>fixtures/quickstart/databases.yaml:27"]
        b6["listener<br>0.0.0.0_9080<br>told apart by HTTP host"]
        b7["shares it<br>Service default/productpage<br>productpage.default.svc.cluster.local:9080<br>fixtures/quickstart/bookinfo.yaml:12"]
        b8["shares it<br>Service default/reviews<br>reviews.default.svc.cluster.local:9080<br>fixtures/quickstart/bookinfo.yaml:25"]
        b1 --> b2
        b2 -->|"reached"| b3
        b1 --> b4
        b4 -->|"reached"| b5
        b6 -->|"reached"| b7
        b6 -->|"reached"| b8
        %% no conflicts; these are the ports that several hosts share
      "
    `)
  })

  it('draws a port of the focused host that has no listener', async () => {
    const text = `apiVersion: v1
kind: Service
metadata: {name: cache, namespace: default}
spec:
  clusterIP: None
  ports: [{name: tcp, port: 6379}]
`
    const { stdout } = await graph('-f - --focus cache.default', { stdin: text })
    expect(stdout).toContain('─ not reached ─')
    expect(stdout).toContain('cache.default.svc.cluster.local:6379')
    expect(stdout).toContain('headless without endpoints')
  })
})

describe('graph visibility', () => {
  it('draws who sees what', async () => {
    const { code, stdout } = await graph('visibility -f fixtures/quickstart -o dot')
    expect(code).toBe(0)
    expect(stdout).toMatchInlineSnapshot(`
      "digraph visibility {
        label="visibility, proxies: synthetic sidecars in 3 namespaces, Istio 1.31.0 (assumed)\\n"
        labelloc=t labeljust=l rankdir=LR
        node [shape=box]
        b1 [label="every namespace\\ndefault, istio-system and payments"]
        b2 [label="7 hosts of default\\n*.storage.example.com\\narchive.db.example.com\\norders.db.example.com\\nproductpage.default.svc.cluster.local\\nratings.default.svc.cluster.local\\nreviews.default.svc.cluster.local\\nusers.db.example.com"]
        b3 [label="namespace\\npayments"]
        b4 [label="1 host of payments\\nledger.db.example.com\\nServiceEntry payments/ledger-db, fixtures/quickstart/databases.yaml:62\\nexportTo: ."]
        b1 -> b2
        b3 -> b4
      }
      "
    `)
  })

  it('has the reasons for a host', async () => {
    const { stdout } = await graph('visibility -f fixtures/scenarios/15-visibility --focus cache.example.com -o json')
    expect(JSON.parse(stdout).verdicts).toMatchObject([
      { namespaces: ['istio-system', 'team-a', 'team-c'], sees: true, host: { namespace: 'team-a', name: 'cache' } },
      { namespaces: ['team-b'], sees: true, host: { namespace: 'team-b', name: 'cache' } },
      {
        namespaces: ['istio-system', 'team-a', 'team-c', 'team-d'],
        sees: false,
        rule: 'not-exported',
        why: 'exportTo: .',
      },
      { namespaces: ['team-b'], sees: false, rule: 'own-namespace' },
      { namespaces: ['team-d'], sees: false, rule: 'not-imported' },
    ])
  })

  it('folds namespaces with hosts of their own', async () => {
    const entries = Array.from(
      { length: 40 },
      (_, index) => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: own, namespace: ns${index}}
spec:
  hosts: [own${index}.example.com]
  exportTo: ["."]
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
`,
    )
    const { stdout } = await graph('visibility -f -', { stdin: entries.join('---\n') })
    expect(stdout).toContain('32 more namespaces with 32 hosts that no other namespace sees')
    expect(stdout.split('\n').length).toBeLessThan(90)
  })
})

describe('graph clusters', () => {
  const NETWORKS = join(ROOT, 'fixtures/scenarios/13-two-networks')
  const TWO = '-f east --cluster-id east --remote west=west'

  it('draws gateways into networks, as an image that needs nothing else', async () => {
    const { code, stdout } = await graph(`clusters ${TWO} -o svg`, { cwd: NETWORKS })
    expect(code).toBe(0)
    expect(XMLValidator.validate(stdout)).toBe(true)
    for (const text of ['198.51.100.1:15443', 'net-west', 'gateway of east', 'to network net-east']) {
      expect(stdout).toContain(`>${text}</text>`)
    }
  })

  it('counts the endpoints of the host in focus', async () => {
    const { stdout } = await graph(`clusters ${TWO} --focus forecast.weather -o json`, { cwd: NETWORKS })
    const { focus, endpoints } = JSON.parse(stdout)
    expect(focus).toBe('forecast.weather.svc.cluster.local')
    expect(endpoints.map(({ cluster, network }: { cluster: string; network: string }) => [cluster, network])).toEqual([
      ['east', 'net-east'],
      ['west', 'net-west'],
    ])
  })

  it('shows what differs in a cluster', async () => {
    const cases = 'fixtures/conformance/mc-differs'
    const { stdout } = await graph(
      `clusters -f ${cases}/input.yaml --cluster-id east --remote west=${cases}/clusters/west.yaml --focus web.default`,
    )
    expect(stdout).toContain('those of east apply')
  })
})

describe('the command line', () => {
  it.each([
    ['visibilty -f fixtures/quickstart', 'error: "visibilty" is not a graph\n  hint: did you mean visibility?\n'],
    ['fixtures/quickstart', '-f names the files to read'],
    ['clusters -f fixtures/quickstart --proxy web', 'graph clusters is about every proxy'],
    ['-f fixtures/quickstart --focus order.db.example.com', 'did you mean orders.db.example.com?'],
  ])('refuses %s', async (argv, message) => {
    const { code, stdout, stderr } = await graph(argv)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('takes a name that a wildcard host covers', async () => {
    const { stdout } = await graph('visibility -f fixtures/quickstart --focus a.storage.example.com')
    expect(stdout).toContain('*.storage.example.com')
  })

  it('completes what to draw', async () => {
    const { stdout } = await vipctl('completion bash')
    expect(stdout).toContain('conflicts visibility clusters')
  })

  // CI has no Graphviz.
  it.skipIf(spawnSync('dot', ['-V']).status !== 0)('draws graphs that Graphviz reads', async () => {
    for (const what of ['conflicts', 'visibility', 'clusters']) {
      const { stdout } = await graph(`${what} -f fixtures/quickstart -o dot`)
      const { status, stderr } = spawnSync('dot', ['-Tsvg'], { input: stdout, encoding: 'utf8' })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    }
  })
})
