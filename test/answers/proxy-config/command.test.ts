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

  it('has no tree for several', async () => {
    expect((await pc('clusters --fqdn example --explain')).stdout).not.toContain('─')
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
