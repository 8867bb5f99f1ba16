import { describe, expect, it } from 'vitest'
import { documents, entry, folderOf, vipctl } from '../../commands/cli.ts'

const OLD = `  resolution: DNS`
const MESH = documents(
  entry({ name: 'orders', host: 'orders.example.com', spec: OLD }),
  entry({ name: 'users', host: 'users.example.com', spec: OLD }),
  entry({
    name: 'static',
    host: 'static.example.com',
    spec: `  addresses: [10.9.0.1]\n  resolution: STATIC\n  endpoints:\n  - {address: 192.0.2.1}\n  - {address: 192.0.2.2}`,
  }),
)
const cwd = folderOf({ 'mesh.yaml': MESH })

/** @param argv the arguments between `proxy-config` and the input */
const pc = (argv: string) => vipctl(`proxy-config ${argv} -f mesh.yaml`, { cwd })

describe('the table', () => {
  it('has the columns of istioctl and nothing else', async () => {
    const { code, stdout, stderr } = await pc('listeners --port 3306 --istio-version master')
    expect(stdout).toBe(
      'ADDRESSES PORT MATCH DESTINATION\n' +
        '0.0.0.0   3306 ALL   Cluster: outbound|3306||orders.example.com\n' +
        '10.9.0.1  3306 ALL   Cluster: outbound|3306||static.example.com\n',
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('shows listeners instead of chains with --verbose=false', async () => {
    const { stdout } = await pc('l --address 10.9.0.1 --verbose=false')
    expect(stdout).toBe('ADDRESSES PORT TYPE\n10.9.0.1  3306 TCP\n')
  })

  it.each([
    ['listeners', ['listener', 'l']],
    ['clusters', ['cluster', 'c']],
    ['endpoints', ['endpoint', 'ep']],
    ['routes', ['route', 'r']],
    ['all', ['a']],
  ])('%s is the same under other names', async (view, aliases) => {
    const { stdout } = await pc(view)
    expect(stdout).not.toBe('')
    for (const alias of aliases) expect((await pc(alias)).stdout).toBe(stdout)
  })

  it('lists hosts by address, filtered by cluster, port and status', async () => {
    const row = (ip: string) => `${ip}:3306     HEALTHY     OK                outbound|3306||static.example.com\n`
    const header = 'ENDPOINT           STATUS      OUTLIER CHECK     CLUSTER\n'
    const all = await pc('endpoints --cluster outbound|3306||static.example.com --port 3306 --status healthy')
    expect(all.stdout).toBe(header + row('192.0.2.1') + row('192.0.2.2'))
    expect((await pc('ep --address 192.0.2.2')).stdout).toBe(header + row('192.0.2.2'))
  })

  it('takes the proxy as istioctl does', async () => {
    const { stderr, code } = await pc('listeners web.shop')
    expect(stderr).toContain('web')
    expect(code).toBe(2)
  })
})

describe('all', () => {
  it('prints one table after the other, with titles on request', async () => {
    const { stdout, code } = await pc('all --with-headers --fqdn static --port 3306 --name none')
    expect(stdout).toBe(`------ BOOTSTRAP INFO ------

Envoy Version: 0.0.0

------ CLUSTER INFO ------

NAME                                          SERVICE FQDN           PORT     SUBSET     DIRECTION     TYPE     DESTINATION RULE
cluster/outbound|3306||static.example.com     static.example.com     3306     -          outbound      EDS      

------ LISTENER INFO ------

NAME                   ADDRESSES PORT MATCH DESTINATION
listener/0.0.0.0_3306  0.0.0.0   3306 ALL   Cluster: outbound|3306||orders.example.com
listener/10.9.0.1_3306 10.9.0.1  3306 ALL   Cluster: outbound|3306||static.example.com

------ ROUTE INFO ------

NAME     VHOST NAME     DOMAINS     MATCH     VIRTUAL SERVICE

------ SECRET INFO ------

No active or warming secrets found.

------ ENDPOINTS INFO ------

NAME                        STATUS      LOCALITY     CLUSTER
endpoint/192.0.2.1:3306     HEALTHY                  outbound|3306||static.example.com
endpoint/192.0.2.2:3306     HEALTHY                  outbound|3306||static.example.com
`)
    expect(code).toBe(0)
  })
})

describe('-o json', () => {
  it.each([
    ['listeners --port 3306', 'name', ['0.0.0.0_3306', '10.9.0.1_3306']],
    ['clusters --fqdn users', 'name', ['outbound|3306||users.example.com']],
    ['endpoints --address 192.0.2.1', 'name', ['outbound|3306||static.example.com']],
    ['routes --name InboundPassthroughCluster', 'name', ['InboundPassthroughCluster', 'InboundPassthroughCluster']],
  ])('%s prints the resources', async (argv, key, names) => {
    const resources: Record<string, unknown>[] = JSON.parse((await pc(`${argv} -o json`)).stdout)
    expect(resources.map((resource) => resource[key])).toEqual(names)
  })

  it('of all is the dump of `dump -o config-dump`', async () => {
    const all = await pc('all -o json')
    const dump = await vipctl('dump -o config-dump -f mesh.yaml', { cwd })
    expect(all.stdout).toBe(dump.stdout)
  })
})

describe('dump -o config-dump', () => {
  it("has Envoy's sections with resources as Anys", async () => {
    const { configs } = JSON.parse((await vipctl('dump -o config-dump -f mesh.yaml', { cwd })).stdout)
    const section = (name: string) =>
      configs.find((item: Record<string, string>) => item['@type'] === `type.googleapis.com/envoy.admin.v3.${name}`)
    expect(configs.map((item: Record<string, string>) => item['@type']?.split('.').at(-1))).toEqual([
      'BootstrapConfigDump',
      'ClustersConfigDump',
      'EndpointsConfigDump',
      'ListenersConfigDump',
      'ScopedRoutesConfigDump',
      'RoutesConfigDump',
      'SecretsConfigDump',
    ])
    expect(section('BootstrapConfigDump').bootstrap.node).toMatchObject({ metadata: { NAMESPACE: 'default' } })
    const [listener] = section('ListenersConfigDump').dynamic_listeners
    expect(listener).toMatchObject({
      name: '0.0.0.0_3306',
      active_state: {
        listener: { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', name: '0.0.0.0_3306' },
      },
    })
    const endpoints = section('EndpointsConfigDump').dynamic_endpoint_configs.find(
      ({ endpoint_config }: { endpoint_config: { clusterName: string } }) =>
        endpoint_config.clusterName === 'outbound|3306||static.example.com',
    )
    expect(endpoints.endpoint_config.endpoints[0]).toMatchObject({
      locality: {},
      lbEndpoints: [{ healthStatus: 'HEALTHY' }, { healthStatus: 'HEALTHY' }],
    })
    expect(section('RoutesConfigDump').static_route_configs).toHaveLength(2)
  })
})

describe('--explain', () => {
  it('adds the source of each row and, for one listener, why it leads where it does and who lost', async () => {
    const { stdout, code } = await pc('listeners --port 3306 --address 0.0.0.0 --explain')
    expect(stdout).toBe(`# Istio 1.31.0 (assumed)
# proxy: synthetic sidecar in namespace default, DNS capture off
ADDRESSES PORT MATCH DESTINATION                                SOURCE
0.0.0.0   3306 ALL   Cluster: outbound|3306||orders.example.com mesh.yaml:9 ServiceEntry default/orders

listener 0.0.0.0_3306: 0.0.0.0 port 3306, TCP
├─ ServiceEntry default/orders (mesh.yaml:9): a TCP port whose service has no address listens on the wildcard address
├─ always -> Cluster: outbound|3306||orders.example.com
│  └─ ServiceEntry default/orders (mesh.yaml:9): everything that no other chain matches goes to the cluster of the service
└─ lost: ServiceEntry default/users users.example.com (mesh.yaml:22)
   └─ to ServiceEntry default/orders orders.example.com (mesh.yaml:9): a filter chain with the same match already exists; the order was assumed, no creationTimestamp states it
`)
    expect(code).toBe(0)
  })

  it('says of one cluster what leads to it and where it leads', async () => {
    const { stdout } = await pc('clusters --fqdn static --explain')
    expect(stdout).toContain('cluster outbound|3306||static.example.com: EDS\n')
    expect(stdout).toContain('├─ reached by listener 10.9.0.1_3306, all connections\n')
    expect(stdout).toContain('└─ endpoint 192.0.2.2:3306, HEALTHY\n')
    expect((await pc('clusters --fqdn users --explain')).stdout).toContain('─ resolves users.example.com:3306\n')
  })

  it('is a list for each row in a terminal that is too narrow for the table, and loses nothing', async () => {
    const argv = 'pc l --port 3306 --explain --color never -f mesh.yaml'
    const { stdout } = await vipctl(argv, { cwd, columns: 80 })
    expect(stdout).toMatch(/^10\.9\.0\.1\n {2}PORT {10}3306\n {2}MATCH {9}ALL\n {2}DESTINATION {3}Cluster: outbound/m)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    const wide = await vipctl(argv, { cwd, columns: 200 })
    expect(wide.stdout).toMatch(/^ADDRESSES PORT MATCH DESTINATION +SOURCE$/m)
    const plain = await vipctl('pc l --port 3306 -f mesh.yaml', { cwd, columns: 40 })
    expect(plain.stdout).toMatch(/^ADDRESSES PORT MATCH DESTINATION\n/)
  })

  it('has no tree for several', async () => {
    expect((await pc('clusters --fqdn example --explain')).stdout).not.toContain('─')
  })
})

describe('an address and port that no listener is for', () => {
  const noteOf = async (argv: string) => {
    const { code, stdout, stderr } = await pc(`${argv} --istio-version master`)
    expect(stdout).toBe('ADDRESSES PORT MATCH DESTINATION\n')
    expect(code).toBe(0)
    return stderr
  }

  it('go to the listener of all addresses', async () => {
    expect(await noteOf('l --address 192.0.2.77 --port 3306')).toBe(
      'note: no listener is for 192.0.2.77:3306: a connection there goes to listener 0.0.0.0_3306 and ' +
        'outbound|3306||orders.example.com\n',
    )
  })

  it('pass through, or are closed, as the mesh configuration has it', async () => {
    expect(await noteOf('l --address 192.0.2.77 --port 9999')).toBe(
      'note: no listener is for 192.0.2.77:9999: a connection there goes to listener virtualOutbound and ' +
        'PassthroughCluster, which forwards it to the address unchanged (outboundTrafficPolicy ALLOW_ANY)\n',
    )
    const config = folderOf({ 'mesh.yaml': 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n' })
    expect(await noteOf(`l --address 192.0.2.77 --port 9999 --mesh-config ${config}/mesh.yaml`)).toContain(
      'virtualOutbound and BlackHoleCluster, which closes it (outboundTrafficPolicy REGISTRY_ONLY)',
    )
  })

  it('depend on the protocol where HTTP is routed', async () => {
    const web = entry({ name: 'web', host: 'web.example.com', spec: OLD })
      .replaceAll('3306', '80')
      .replace('TCP', 'HTTP')
    const folder = folderOf({ 'mesh.yaml': web })
    const { stderr } = await vipctl(`pc l --address 192.0.2.7 --port 80 -f mesh.yaml`, { cwd: folder })
    expect(stderr).toMatch(
      /TCP and TLS connections there go to listener 0\.0\.0\.0_80 and PassthroughCluster.*; HTTP connections there go to listener 0\.0\.0\.0_80, where the routes 80 decide\n/,
    )
  })

  it('are reported for a single address and port only', async () => {
    for (const argv of ['l --port 9999', 'l --address 192.0.2.77', 'l --address 0.0.0.0 --port 9999']) {
      expect(await noteOf(argv)).toBe('')
    }
  })
})

describe('routes', () => {
  const virtualService = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: default}
spec:
  hosts: [web.example.com]
  http:
  - {match: [{uri: {prefix: /old}}], redirect: {authority: new.example.com, uri: /new, redirectCode: 302}}
  - {match: [{uri: {prefix: /off}}], directResponse: {status: 503}}
  - match: [{uri: {prefix: /split}}]
    route:
    - {destination: {host: web.example.com, port: {number: 80}}, weight: 90}
    - {destination: {host: other.example.com, port: {number: 80}}, weight: 10}
    mirror: {host: other.example.com, port: {number: 80}}
  - route: [{destination: {host: web.example.com, port: {number: 80}}}]
`
  const http = (name: string) =>
    entry({ name, host: `${name}.example.com`, spec: OLD })
      .replaceAll('3306', '80')
      .replace('TCP', 'HTTP')
  const folder = folderOf({ 'mesh.yaml': documents(http('web'), http('other'), virtualService) })

  it('have a column with their destinations under --explain, and only then', async () => {
    const { stdout } = await vipctl('pc r --name 80 --explain -f mesh.yaml', { cwd: folder })
    const rows = stdout.split('\n').filter((line) => line.includes('web.example.com:80'))
    const destinations = rows.map((line) => line.split(/ {5,}/).at(-2))
    expect(destinations).toEqual([
      'redirect 302 new.example.com/new',
      'response 503',
      'outbound|80||web.example.com 90%, outbound|80||other.example.com 10%, mirror outbound|80||other.example.com',
      'outbound|80||web.example.com',
    ])
    expect((await vipctl('pc r -f mesh.yaml', { cwd: folder })).stdout).not.toContain('DESTINATION')
  })

  it('that several listeners share are listed once', async () => {
    const headless = `apiVersion: v1
kind: Service
metadata: {name: index, namespace: default}
spec: {clusterIP: None, selector: {app: index}, ports: [{name: any, port: 8983}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: index, namespace: default}
spec:
  replicas: 3
  serviceName: index
  selector: {matchLabels: {app: index}}
  template: {metadata: {labels: {app: index}}, spec: {containers: [{name: a, image: b}]}}
`
    const { stdout } = await vipctl('pc r --verbose=false -f mesh.yaml', { cwd: folderOf({ 'mesh.yaml': headless }) })
    const names = stdout.split('\n').map((line) => line.split(' ')[0])
    expect(names.filter((name) => name === 'index.default.svc.cluster.local:8983')).toHaveLength(1)
  })
})

describe('a command line that cannot be followed', () => {
  it.each([
    ['lsiteners', 'did you mean listeners?'],
    ['listeners --fqdn x', '--fqdn does not apply to listeners'],
    ['clusters --explain -o yaml', '--explain does not apply to -o yaml'],
    ['listeners --port http', 'A port is a number from 0 to 65535'],
    ['listeners --verbose=maybe', 'Allowed are true and false'],
    ['listeners web --proxy web', 'named twice'],
  ])('%s', async (argv, message) => {
    const { code, stdout, stderr } = await pc(argv)
    expect(stderr).toContain(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
