import { describe, expect, it } from 'vitest'
import { type AssumeOptions, statedAssumptions } from '../../../src/resources/assumed/options.ts'
import { buildSnapshot, type SnapshotOptions } from '../../../src/resources/index.ts'
import { parseDocuments } from '../../../src/sources/index.ts'

interface ServiceText {
  readonly name?: string
  readonly namespace?: string
  /** In flow style, with a comma in front. */
  readonly spec?: string
  readonly meta?: string
}

const service = ({ name = 'web', namespace = 'shop', spec = '', meta = '' }: ServiceText = {}): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}${meta}}\n` +
  `spec: {ports: [{port: 80}]${spec}}\n---\n`

const entry = (address: string): string =>
  'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: db, namespace: shop}\n' +
  `spec: {hosts: [db.example.com], addresses: ["${address}"], ports: [{number: 80, name: http, protocol: HTTP}], resolution: NONE}\n---\n`

interface Given extends SnapshotOptions {
  readonly remote?: string
}

/** Addresses by `CLUSTER/NAMESPACE/NAME`. */
function addresses(text: string, { remote, ...options }: Given = {}): Record<string, readonly string[]> {
  const documents = [...parseDocuments({ name: 'mesh.yaml', text }, '').documents]
  if (remote !== undefined) documents.push(...parseDocuments({ name: 'west.yaml', text: remote }, 'west').documents)
  const { clusters } = buildSnapshot(documents, options)
  return Object.fromEntries(
    clusters.flatMap(({ id, services }) =>
      services.map(({ meta, spec }) => [`${id}/${meta.namespace}/${meta.name}`, spec.clusterIPs]),
    ),
  )
}

const WEB = 'Kubernetes/shop/web'

const only = (text: string, options: Given = {}): readonly string[] | undefined => addresses(text, options)[WEB]

describe('a Service without a cluster IP', () => {
  it('gets one of the documented range', () => {
    expect(only(service())).toEqual([expect.stringMatching(/^198\.18\.\d+\.\d+$/)])
  })

  it.each([
    ['it is headless', ', clusterIP: None', ['None']],
    ['it states one', ', clusterIP: 10.0.0.1', ['10.0.0.1']],
    ['it is ExternalName', ', type: ExternalName, externalName: example.com', []],
  ])('gets none when %s', (_, spec, expected) => {
    expect(only(service({ spec }))).toEqual(expected)
  })

  it.each<readonly [what: string, spec: string, families: readonly (4 | 6)[]]>([
    ['nothing', '', [4]],
    ['IPv6', ', ipFamilies: [IPv6]', [6]],
    ['both families', ', ipFamilies: [IPv6, IPv4], ipFamilyPolicy: RequireDualStack', [6, 4]],
    ['two stacks', ', ipFamilyPolicy: RequireDualStack', [4, 6]],
    ['two stacks if there are two', ', ipFamilyPolicy: PreferDualStack', [4]],
    ['one of two families', ', ipFamilies: [IPv6, IPv4], ipFamilyPolicy: SingleStack', [6]],
  ])('that asks for %s gets the families of it', (_, spec, families) => {
    expect(only(service({ spec }))?.map((ip) => (ip.includes(':') ? 6 : 4))).toEqual(families)
  })

  it('that prefers two stacks gets both where another Service has both', () => {
    const text =
      service({ spec: ', ipFamilyPolicy: PreferDualStack' }) +
      service({ name: 'api', spec: ', clusterIPs: [10.0.0.1, "fd00::1"]' })
    expect(only(text)).toHaveLength(2)
  })

  it('gets an IPv6 address where the other Services have some', () => {
    expect(only(service() + service({ name: 'api', spec: ', clusterIP: "fd00::1"' }))?.[0]).toMatch(/^2001:db8:18::/)
  })

  it('keeps its address whatever is added and wherever it stands', () => {
    const [address] = only(service()) ?? []
    const others = Array.from({ length: 50 }, (_, index) => service({ name: `other-${index}` })).join('')
    expect(only(others + service())).toEqual([address])
    expect(only(service() + others)).toEqual([address])
  })

  it('shares its address with no other', () => {
    const text = Array.from({ length: 3000 }, (_, index) => service({ name: `service-${index}` })).join('')
    const all = Object.values(addresses(text)).flat()
    expect(new Set(all).size).toBe(3000)
  })

  it('of another cluster has another address', () => {
    const found = addresses(service(), { remote: service() })
    expect(found['west/shop/web']).toHaveLength(1)
    expect(found['west/shop/web']).not.toEqual(found[WEB])
  })
})

describe('the range', () => {
  const NETWORKS = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: ""
  meshNetworks: |
    networks: {dc: {endpoints: [{fromCidr: 198.16.0.0/12}]}}
---
`

  it.each([
    ['a ServiceEntry', entry('198.18.4.4')],
    ['a range of a ServiceEntry', entry('198.18.0.0/30')],
    ['another Service', service({ name: 'api', spec: ', clusterIP: 198.18.0.9' })],
    ['a mesh network', NETWORKS],
  ])('is another one when %s uses it', (_, text) => {
    expect(only(text + service())?.[0]).toMatch(/^249\./)
  })

  it('is another one when a remote cluster uses it', () => {
    expect(only(service(), { remote: service({ name: 'api', spec: ', clusterIP: 198.18.0.9' }) })?.[0]).toMatch(
      /^249\./,
    )
  })

  it('is larger for more Services than half of it', () => {
    const text = Array.from({ length: 33_000 }, (_, index) => service({ name: `service-${index}` })).join('')
    const all = Object.values(addresses(text)).flat()
    expect(all.every((address) => address.startsWith('249.'))).toBe(true)
    expect(new Set(all).size).toBe(33_000)
  })

  it('leaves out the address of synthetic proxies', () => {
    const text = Array.from({ length: 30_000 }, (_, index) => service({ name: `service-${index}` })).join('')
    expect(Object.values(addresses(text)).flat()).not.toContain('198.18.255.254')
  })
})

describe('what is asked for', () => {
  const STORED = service({ meta: ', uid: u' })

  it('is nothing of a stored Service unless it is named', () => {
    expect(only(STORED)).toEqual([])
    expect(only(STORED, { assume: statedAssumptions('all', '--assume') })).toHaveLength(1)
    expect(only(STORED, { assume: statedAssumptions('cluster-ips', '--assume') })).toHaveLength(1)
  })

  it.each(['none', 'pods'])('is no cluster IP with %s', (text) => {
    expect(only(service(), { assume: statedAssumptions(text, '--assume') })).toEqual([])
  })

  it('is what the text says', () => {
    const words = (options: AssumeOptions) => [...options.what]
    expect(words(statedAssumptions('pods,cluster-ips', '--assume'))).toEqual(['pods', 'cluster-ips'])
    for (const text of ['', 'al', 'none,pods', 'pods,']) {
      expect(() => statedAssumptions(text, '--assume')).toThrow(/^--assume: .* is not an assumption$/)
    }
  })
})

it('nothing is assumed of a namespace that istiod does not see', () => {
  const mesh = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    discoverySelectors: [{matchLabels: {mesh: "yes"}}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
`
  const documents = parseDocuments({ name: 'mesh.yaml', text: mesh + service() }, '').documents
  expect(buildSnapshot(documents).assumed.addresses.size).toBe(0)
})
