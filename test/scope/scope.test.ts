import { describe, expect, it } from 'vitest'
import { HostIndex, HostSet, hostsMatch, isSubsetOf } from '../../src/scope/hosts.ts'
import { dig, dnsEntry, entry, service, tableOf, viewOf } from '../support/mesh.ts'

const exported = (name: string, address: string, exportTo: string, namespace: string) =>
  entry(
    name,
    `  hosts: [shared.example.com]\n  addresses: [${address}]\n  exportTo: ${exportTo}\n  ports: [{number: 80, name: http, protocol: HTTP}]`,
    `namespace: ${namespace}`,
  )

const sidecarOf = (namespace: string, egress: string, more = '') => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: scope, namespace: ${namespace}}
spec:
  egress: ${egress}
${more}
---`

const seenBy = (mesh: string, namespace: string) => tableOf(viewOf(mesh, { namespace }))['shared.example.com']

describe('which entry of a host a namespace gets', () => {
  it('sees what is exported to it and nothing else', () => {
    const mesh = exported('hidden', '10.1.0.1', '["."]', 'a')
    expect(seenBy(mesh, 'a')).toEqual(['10.1.0.1'])
    expect(seenBy(mesh, 'b')).toBeUndefined()
    expect(seenBy(exported('none', '10.1.0.1', '["~"]', 'a'), 'a')).toBeUndefined()
    expect(seenBy(exported('some', '10.1.0.1', '[b]', 'a'), 'b')).toEqual(['10.1.0.1'])
    expect(seenBy(exported('some', '10.1.0.1', '[b]', 'a'), 'c')).toBeUndefined()
  })

  it('prefers its own, then one exported to it, then the first public one', () => {
    const mesh =
      exported('public', '10.1.0.1', '["*"]', 'a') +
      exported('own', '10.1.0.2', '["*"]', 'b') +
      exported('given', '10.1.0.3', '[c]', 'z')
    expect(seenBy(mesh, 'b')).toEqual(['10.1.0.2'])
    expect(seenBy(mesh, 'c')).toEqual(['10.1.0.3'])
    expect(seenBy(mesh, 'other')).toEqual(['10.1.0.1'])
  })

  it('is the same for a Sidecar that imports the host by its name', () => {
    const seen = (exportTo: string, namespace: string) =>
      seenBy(
        exported('e', '10.1.0.1', exportTo, 'a') + sidecarOf(namespace, '[{hosts: ["a/shared.example.com"]}]'),
        namespace,
      ) !== undefined
    expect(['["*"]', '["."]', '[b]', '[c]'].map((exportTo) => seen(exportTo, 'b'))).toEqual([true, false, true, false])
    expect(['["*"]', '["."]', '[a]', '[c]'].map((exportTo) => seen(exportTo, 'a'))).toEqual([true, true, true, false])
  })

  it('takes the default of the mesh where nothing is declared', () => {
    const mesh = `${dnsEntry('db', 'db.example.com', 'namespace: a')}
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "defaultServiceExportTo: ['.']"}
`
    expect(tableOf(viewOf(mesh, { namespace: 'a' }))).toHaveProperty(['db.example.com'])
    expect(tableOf(viewOf(mesh, { namespace: 'b' }))).toEqual({})
  })
})

describe('the default export of VirtualServices', () => {
  const meshWith = (targets: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: a}
spec:
  hosts: [v.example.com]
  http: [{route: [{destination: {host: v.example.com}}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: 'defaultVirtualServiceExportTo: ${targets}'}
`
  const seers = (targets: string, version: string) =>
    ['a', 'b', 'c'].filter(
      (namespace) => viewOf(meshWith(targets), { namespace }, { version }).virtualServicesOf('mesh').length > 0,
    )

  it.each([
    ['["*", "."]', ['a', 'b', 'c']],
    ['[".", "b"]', ['a', 'b']],
    ['["b"]', ['b']],
    ['["~"]', []],
  ])('%s is what it says since 1.30.3', (targets, wanted) => {
    expect(seers(targets, '1.30.3')).toEqual(wanted)
  })

  it.each([
    ['["*", "."]', ['a']],
    ['["*", "b"]', ['a', 'b', 'c']],
    ['[".", "b"]', ['a']],
    ['["b"]', []],
  ])('%s is one of "." and "*" before', (targets, wanted) => {
    expect(seers(targets, '1.30.2')).toEqual(wanted)
  })

  it.each(['1.30.2', '1.30.3'])('names namespaces for delegates in %s too', (version) => {
    const root = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: root, namespace: b}
spec: {hosts: [root.example.com], exportTo: ['*'], http: [{delegate: {name: v, namespace: a}}]}
---`
    const mesh = root + meshWith('[".", "b"]').replace('  hosts: [v.example.com]\n', '')
    expect(viewOf(mesh, {}, { version }).virtualServicesOf('mesh')[0]?.http).toHaveLength(1)
  })
})

describe('two entries of one host in a namespace', () => {
  const one = (name: string, port: string) =>
    entry(name, `  hosts: [both.example.com]\n  resolution: DNS\n  ports: [${port}]`)
  const portsOf = (...ports: readonly string[]) => {
    const mesh = ports.map((port, index) => one(`e${index}`, port)).join('')
    return viewOf(mesh)
      .serviceByHost.get('both.example.com')
      ?.ports.map(({ number, protocol }) => `${number} ${protocol}`)
  }

  it('add their ports to each other, and the first one decides what a port is', () => {
    const http = '{number: 80, name: http, protocol: HTTP}'
    expect(portsOf(http, '{number: 81, name: http, protocol: HTTP}')).toEqual(['80 HTTP', '81 HTTP'])
    expect(portsOf(http, '{number: 80, name: tcp, protocol: TCP}')).toEqual(['80 HTTP'])
    expect(portsOf(http, http)).toEqual(['80 HTTP'])
  })
})

describe('Sidecar', () => {
  const mesh = dnsEntry('a', 'a.example.com', 'namespace: one') + dnsEntry('b', 'b.example.com', 'namespace: two')

  it('shows only what it imports', () => {
    const hosts = (egress: string) => Object.keys(tableOf(viewOf(mesh + sidecarOf('default', egress))))
    expect(hosts('[{hosts: ["one/*"]}]')).toEqual(['a.example.com'])
    expect(hosts('[{hosts: ["*/b.example.com"]}]')).toEqual(['b.example.com'])
    expect(hosts('[{hosts: ["*/*", "~one/*"]}]')).toEqual(['b.example.com'])
    expect(hosts('[{hosts: ["./*"]}]')).toEqual([])
  })

  it('of the root namespace counts for namespaces without their own', () => {
    const both = mesh + sidecarOf('istio-system', '[{hosts: ["one/*"]}]') + sidecarOf('b', '[{hosts: ["two/*"]}]')
    expect(Object.keys(tableOf(viewOf(both, { namespace: 'a' })))).toEqual(['a.example.com'])
    expect(Object.keys(tableOf(viewOf(both, { namespace: 'b' })))).toEqual(['b.example.com'])
  })

  it('with a workloadSelector counts for workloads with these labels', () => {
    const chosen = mesh + sidecarOf('default', '[{hosts: ["one/*"]}]', '  workloadSelector: {labels: {app: special}}')
    expect(Object.keys(tableOf(viewOf(chosen, { labels: { app: 'special' } })))).toEqual(['a.example.com'])
    expect(Object.keys(tableOf(viewOf(chosen, { labels: { app: 'other' } })))).toHaveLength(2)
  })

  it('listens for one port of a service where the egress listener has a port', () => {
    const ports = '[{number: 80, name: http, protocol: HTTP}, {number: 81, name: other, protocol: HTTP}]'
    const two = entry('two', `  hosts: [two.example.com]\n  resolution: DNS\n  ports: ${ports}`)
    const seen = (egress: string) => {
      const [listener] = viewOf(two + sidecarOf('default', egress)).egressListeners
      return listener?.services.map((found) => found.ports.map(({ number }) => number))
    }
    expect(seen('[{hosts: ["*/*"]}]')).toEqual([[80, 81]])
    expect(seen('[{port: {number: 81, name: other, protocol: HTTP}, hosts: ["*/*"]}]')).toEqual([[81]])
    expect(seen('[{port: {number: 82, name: none, protocol: HTTP}, hosts: ["*/*"]}]')).toEqual([])
  })

  it('does not hide a Service that is asked for by its short name', () => {
    const view = viewOf(service('web', '10.96.0.1') + sidecarOf('default', '[{hosts: ["./*"]}]'))
    expect(dig(view, 'web')).toEqual(['web. 30 IN A 10.96.0.1'])
  })
})

describe('hosts', () => {
  it.each([
    ['a.foo.com', '*.foo.com', true],
    ['foo.com', '*.foo.com', false],
    ['*.a.foo.com', '*.foo.com', true],
    ['*.foo.com', '*.a.foo.com', false],
    ['*.foo.com', 'a.foo.com', false],
    ['anything', '*', true],
  ])('%s within %s: %s', (a, b, within) => {
    expect(isSubsetOf(a, b)).toBe(within)
    if (within) expect(hostsMatch(b, a)).toBe(true)
  })

  it('finds the most specific of many wildcards', () => {
    const index = new HostIndex<string>()
    for (const host of ['*', '*.com', '*.example.com', 'a.example.com']) index.add(host, (known) => known ?? host)
    expect(index.find('a.example.com')).toBe('a.example.com')
    expect(index.find('b.example.com')).toBe('*.example.com')
    expect(index.find('*.b.example.com')).toBe('*.example.com')
    expect(index.find('other')).toBe('*')
  })
})

describe('DestinationRules', () => {
  const rule = (name: string, namespace: string, spec: string) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`

  function ruleFor(mesh: string, namespace: string, labels: Readonly<Record<string, string>> = {}) {
    const view = viewOf(service('web', '10.96.0.1', 'shop') + mesh, { namespace, labels })
    const web = view.serviceByHost.get('web.shop.svc.cluster.local')
    return web && view.destinationRuleOf(web, 'outbound')
  }

  it("prefers the client's namespace, then the service's, then the root namespace", () => {
    const host = 'web.shop.svc.cluster.local'
    const mesh =
      rule('root', 'istio-system', `{host: "*.local", trafficPolicy: {tls: {mode: DISABLE}}}`) +
      rule('owner', 'shop', `{host: web, trafficPolicy: {tls: {mode: DISABLE}}}`) +
      rule('client', 'front', `{host: ${host}, trafficPolicy: {tls: {mode: DISABLE}}}`)
    expect(ruleFor(mesh, 'front')?.source.meta.name).toBe('client')
    expect(ruleFor(mesh, 'elsewhere')?.source.meta.name).toBe('owner')
    expect(
      ruleFor(rule('root', 'istio-system', `{host: "*.local", subsets: [{name: v1}]}`), 'x')?.source.meta.name,
    ).toBe('root')
  })

  it('of the root namespace that are private are for its own clients', () => {
    const mesh = rule(
      'root',
      'istio-system',
      `{host: web.shop.svc.cluster.local, exportTo: ['.'], subsets: [{name: v1}]}`,
    )
    expect(ruleFor(mesh, 'istio-system')?.source.meta.name).toBe('root')
    expect(ruleFor(mesh, 'shop')).toBeUndefined()
  })

  it('are private by the default of the mesh, where they do not say more', () => {
    const config = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "defaultDestinationRuleExportTo: ['.']"}
---`
    const owner = (more = '') => rule('owner', 'shop', `{host: web, subsets: [{name: v1}]${more}}`)
    expect(ruleFor(config + owner(), 'shop')?.source.meta.name).toBe('owner')
    expect(ruleFor(config + owner(), 'front')).toBeUndefined()
    expect(ruleFor(config + owner(`, exportTo: ['*']`), 'front')?.source.meta.name).toBe('owner')
    expect(ruleFor(owner(), 'front')?.source.meta.name).toBe('owner')
  })

  it('of one visibility are lost in a rule for chosen workloads, as in istiod', () => {
    const chosen = rule(
      'chosen',
      'shop',
      '{host: web, workloadSelector: {matchLabels: {app: a}}, subsets: [{name: v1}]}',
    )
    const forAll = (exportTo: string) => chosen + rule('all', 'shop', `{host: web, subsets: [{name: v2}]${exportTo}}`)
    const subsets = (mesh: string, app: string) => ruleFor(mesh, 'shop', { app })?.subsets.map((subset) => subset.name)
    const own = forAll(`, exportTo: ['.']`)
    expect([subsets(own, 'a'), subsets(own, 'b')]).toEqual([['v1', 'v2'], undefined])
    expect([subsets(forAll(''), 'a'), subsets(forAll(''), 'b')]).toEqual([['v1'], ['v2']])
  })

  it('joins the subsets of rules of one host, the first policy stays', () => {
    const mesh =
      rule('a', 'shop', '{host: web, subsets: [{name: v1}], trafficPolicy: {tls: {mode: SIMPLE}}}') +
      rule('b', 'shop', '{host: web, subsets: [{name: v2}, {name: v1}], trafficPolicy: {tls: {mode: DISABLE}}}')
    const found = ruleFor(mesh, 'shop')
    expect(found?.subsets.map((subset) => subset.name)).toEqual(['v1', 'v2'])
    expect(found?.trafficPolicy?.tls?.mode).toBe('SIMPLE')
    expect(found?.sources.map((source) => source.meta.name)).toEqual(['a', 'b'])
  })
})

describe('a set of hosts', () => {
  const names = ['a.example.com', 'b.example.com', '*.wild.example.com', 'example.com', '*.org', 'ünï.example.net']
  const patterns = [
    ...names,
    ...['*.example.com', '*.com', '*', '*.a.example.com', 'c.example.com', '*xample.com', '*.wild.example.com'],
    ...['*.deep.wild.example.com', '*.net', '*ï.example.net', 'com', '*.rg', '*org'],
  ]

  it.each(patterns)('knows whether %s covers one of them as a walk through them would', (pattern) => {
    const set = new HostSet()
    for (const name of names) set.add(name)
    expect(set.anyWithin(pattern)).toBe(names.some((name) => isSubsetOf(name, pattern)))
  })

  it('takes names after it was asked', () => {
    const set = new HostSet()
    expect(set.anyWithin('*.com')).toBe(false)
    set.add('a.com')
    expect(set.anyWithin('*.com')).toBe(true)
  })
})
