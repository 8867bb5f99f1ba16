import { describe, expect, it } from 'vitest'
import { unmodelledProblems } from '../../src/findings/unmodelled.ts'
import type { Reads } from '../../src/kinds/index.ts'
import { entry, join, onlyProblem, placeOf, said, snapshotOf } from './snapshots.ts'

const names = (items: readonly { meta: { name: string; namespace: string } }[]): string[] =>
  items.map(({ meta }) => `${meta.namespace}/${meta.name}`)

describe('lists', () => {
  it('takes the items of a List, and places them inside it', () => {
    const snapshot = snapshotOf(`
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: a, namespace: x}
  spec: {ports: [{port: 1}]}
- apiVersion: networking.istio.io/v1beta1
  kind: ServiceEntry
  metadata: {name: b}
  spec: {hosts: [b.example.com], resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]}
`)
    expect(names(snapshot.clusters[0].services)).toEqual(['x/a'])
    expect(names(snapshot.istio.serviceEntries)).toEqual(['default/b'])
    expect(snapshot.istio.serviceEntries[0]?.location.path).toEqual(['items', 1])
  })

  it('gives the items of a typed list its kind', () => {
    const snapshot = snapshotOf(`
apiVersion: v1
kind: ServiceList
items:
- metadata: {name: a}
  spec: {ports: [{port: 1}]}
`)
    expect(names(snapshot.clusters[0].services)).toEqual(['default/a'])
    expect(snapshot.problems).toEqual([])
  })

  it('reads a list in a list, and an empty one', () => {
    const snapshot = snapshotOf(`
kind: List
apiVersion: v1
items:
- {kind: List, apiVersion: v1, items: [{kind: Namespace, apiVersion: v1, metadata: {name: shop}}]}
- {kind: List, apiVersion: v1, items: null}
`)
    expect(snapshot.clusters[0].namespaces.map(({ meta }) => meta.name)).toEqual(['shop'])
    expect(snapshot.problems).toEqual([])
  })

  it('says which item is not an object', () => {
    const problem = onlyProblem(snapshotOf('kind: List\napiVersion: v1\nitems:\n- 5\n'))
    expect(problem.severity).toBe('error')
    expect(placeOf(problem)).toBe('mesh.yaml:4:3')
  })
})

describe('documents that are not objects', () => {
  it('misses the kind', () => {
    const { unknownKinds, problems } = snapshotOf('apiVersion: v1\nkimd: Service\nmetadata: {name: a}\n')
    expect(unknownKinds).toMatchObject([
      { message: 'there is an apiVersion and no kind', hint: 'is "kimd" meant to be kind?', key: 'apiVersion' },
    ])
    expect(problems).toEqual([])
  })

  it('misses the apiVersion, and says which one the kind has', () => {
    const { unknownKinds } = snapshotOf('kind: ServiceEntry\nmetadata: {name: a}\n')
    expect(unknownKinds).toMatchObject([{ hint: 'write apiVersion: networking.istio.io/v1', key: 'kind' }])
    expect(unknownKinds[0]?.resource).toMatchObject({ kind: 'ServiceEntry', meta: { namespace: 'default', name: 'a' } })
  })

  it.each(['kind: ServiceEntry\napiVersion: 1\n', 'kind: [a]\napiVersion: v1\n'])('refuses %j', (text) => {
    expect(onlyProblem(snapshotOf(text)).message).toContain('must be a string')
  })

  it.each(['', 'metadata: {}', 'metadata: {name: ""}', 'metadata: {generateName: a-}'])(
    'misses the name with %j',
    (metadata) => {
      const snapshot = snapshotOf(`apiVersion: v1\nkind: Service\n${metadata}\n`)
      expect(onlyProblem(snapshot)).toMatchObject({ severity: 'error' })
      expect(onlyProblem(snapshot).message).toContain('Service without a name')
      expect(snapshot.clusters[0].services).toEqual([])
    },
  )
})

describe('kinds that nothing reads', () => {
  it('counts the objects of an unknown kind in one note', () => {
    const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n'
    expect(said(snapshotOf(join(widget, widget, widget)))).toEqual([
      'note skipped 3 objects of the unknown kind Widget (example.com/v1)',
    ])
  })

  it.each([
    ['networking.istio.io/v1', 'ServiceEntri', 'did you mean ServiceEntry?'],
    ['networking.istio.io/v2', 'ServiceEntry', 'did you mean apiVersion: networking.istio.io/v1?'],
    ['networking.istio.com/v1', 'ServiceEntry', 'did you mean apiVersion: networking.istio.io/v1?'],
    ['v1', 'EndpointSlice', 'did you mean apiVersion: discovery.k8s.io/v1?'],
    ['v1', 'service', 'did you mean Service?'],
    ['networking.istio.io/v1alpha3', 'EnvoyFiler', 'did you mean EnvoyFilter?'],
    ['networking.istio.io/v1', 'Nothing', undefined],
    ['networking.istio.io/v1alpha5', 'EnvoyFilter', 'did you mean apiVersion: networking.istio.io/v1alpha3?'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoutes', 'did you mean HTTPRoute?'],
    ['gateway.networking.k8s.io/v3', 'HTTPRoute', 'did you mean apiVersion: gateway.networking.k8s.io/v1?'],
  ])('are mistakes: %s %s', (apiVersion, kind, hint) => {
    const { unknownKinds } = snapshotOf(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`)
    expect(unknownKinds).toMatchObject([{ hint, isDoubtful: apiVersion.includes('istio.com') }])
  })

  it('are named in one note, however many they are', () => {
    const kinds = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
    const widgets = kinds.map((kind) => `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: {name: w}\n`)
    const named = ['A', 'B', 'C', 'D', 'E'].map((kind) => `${kind} (example.com/v1)`).join(', ')
    expect(said(snapshotOf(join(...widgets)))).toEqual([`note skipped 7 objects of unknown kinds ${named}, 2 more`])
  })

  it('takes the kind of another project for what it is', () => {
    const problem = onlyProblem(snapshotOf('apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n'))
    expect(problem.severity).toBe('note')
    expect(problem.hint).toBeUndefined()
  })

  it('says nothing of Kubernetes kinds without any effect', () => {
    const kinds = ['v1 Secret', 'v1 ServiceAccount', 'apps/v1 StatefulSet', 'networking.k8s.io/v1 NetworkPolicy']
    const texts = kinds.map((kind) => {
      const [apiVersion, name] = kind.split(' ')
      return `apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: {name: a}\n`
    })
    expect(snapshotOf(join(...texts)).problems).toEqual([])
  })
})

const ALPHA = new Map([['PILOT_ENABLE_ALPHA_GATEWAY_API', 'true']])

describe('what is not modelled', () => {
  it('is named with its place and with what may differ', () => {
    const backend =
      'apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: UDPRoute\nmetadata: {name: f, namespace: x}\n'
    const snapshot = snapshotOf(join('# first', backend))
    const message = 'not modelled: UDPRoute x/f (mesh.yaml:3): routing of the gateways that it belongs to'
    expect(unmodelledProblems(snapshot, 'configuration', false)).toEqual([{ severity: 'warning', message }])
    expect(snapshot.unmodelled.map(({ meta }) => meta.name)).toEqual(['f'])
  })

  it.each(['gateway.networking.k8s.io/v1 UDPRoute', 'gateway.networking.x-k8s.io/v1alpha1 XBackend'])('%s', (kind) => {
    const [apiVersion, name] = kind.split(' ')
    const text = `apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: {name: a}\n`
    const snapshot = snapshotOf(text, { istiodEnv: ALPHA })
    const [problem] = unmodelledProblems(snapshot, 'configuration', false)
    expect(problem?.message).toMatch(new RegExp(`^not modelled: ${name} default/a `))
  })

  it('is counted by kind if there is much of it, unless all of it is asked for', () => {
    const kinds = ['gateway.networking.x-k8s.io/v1alpha1 XBackend', 'gateway.networking.k8s.io/v1alpha2 UDPRoute']
    const objects = ['a', 'b', 'c'].flatMap((name) =>
      kinds.map((kind) => `apiVersion: ${kind.replace(' ', '\nkind: ')}\nmetadata: {name: ${name}}\n`),
    )
    const snapshot = snapshotOf(join(...objects), { istiodEnv: ALPHA })
    expect(unmodelledProblems(snapshot, 'configuration', false)).toEqual([
      { severity: 'warning', message: 'not modelled: 3 XBackends, 3 UDPRoutes (--verbose lists them)' },
    ])
    expect(unmodelledProblems(snapshot, 'configuration', true)).toHaveLength(6)
  })

  it('is left out where it cannot change the answer', () => {
    const backend = 'apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: UDPRoute\nmetadata: {name: f}\n'
    const snapshot = snapshotOf(backend)
    const named = (reads: Reads) =>
      unmodelledProblems(snapshot, reads, false).map(({ message }) => message.split(' ')[2])
    expect(named('configuration')).toEqual(['UDPRoute'])
    expect(named('names')).toEqual([])
  })

  it.each([
    ['XBackend', 31, ALPHA, 1],
    ['XBackend', 31, undefined, 0],
    ['XListenerSet', 29, ALPHA, 1],
    ['XListenerSet', 29, undefined, 0],
    ['XListenerSet', 30, ALPHA, 0],
  ] as const)('counts an %s in release 1.%i where istiod reads it', (kind, minor, istiodEnv, count) => {
    const text = `apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: ${kind}\nmetadata: {name: a}\n`
    const options = { istioVersion: { major: 1, minor, patch: 0 }, ...(istiodEnv && { istiodEnv }) }
    expect(snapshotOf(text, options).unmodelled).toHaveLength(count)
  })

  it('counts a ServiceExport only when istiod reads them', () => {
    const text = 'apiVersion: multicluster.x-k8s.io/v1alpha1\nkind: ServiceExport\nmetadata: {name: a}\n'
    expect(snapshotOf(text).problems).toEqual([])
    const istiodEnv = new Map([['ENABLE_MCS_HOST', 'true']])
    expect(snapshotOf(text, { istiodEnv }).unmodelled).toHaveLength(1)
  })
})

describe('metadata', () => {
  it('fills in the namespace, but not where there is none', () => {
    const text = join(entry('a'), 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n')
    const snapshot = snapshotOf(text, { defaultNamespace: 'store' })
    expect(names(snapshot.istio.serviceEntries)).toEqual(['store/a'])
    expect(names(snapshot.clusters[0].namespaces)).toEqual(['/shop'])
  })

  it.each([
    ["'2024-01-01T00:00:07Z'", 1704067207],
    ['2024-01-01T00:00:07Z', 1704067207],
    ['2024-01-01T02:00:07.999+02:00', 1704067207],
    ['"0001-01-01T00:00:00Z"', 0],
    ['null', 0],
  ])('reads the creationTimestamp %s', (text, seconds) => {
    const snapshot = snapshotOf(`apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, creationTimestamp: ${text}}\n`)
    expect(snapshot.clusters[0].namespaces[0]?.meta.creationTime).toBe(seconds)
    expect(snapshot.problems).toEqual([])
  })

  it('warns of a creationTimestamp that is not a time', () => {
    const snapshot = snapshotOf(
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  creationTimestamp: today\n',
    )
    expect(snapshot.clusters[0].namespaces[0]?.meta.creationTime).toBe(0)
    expect(placeOf(onlyProblem(snapshot))).toBe('mesh.yaml:5:22')
    expect(onlyProblem(snapshot)).toMatchObject({ severity: 'warning' })
  })

  it('takes labels by any name without harm', () => {
    const snapshot = snapshotOf(
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: toString, labels: {__proto__: a, constructor: b}}\n',
    )
    const labels = snapshot.clusters[0].namespaces[0]?.meta.labels
    expect([...(labels ?? [])]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
})

describe('values of the wrong type', () => {
  it('rejects an object whose label is read as a boolean', () => {
    const snapshot = snapshotOf('apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: {enabled: yes}\n')
    expect(snapshot.clusters[0].services).toEqual([])
    const [verdict] = snapshot.verdicts
    expect(verdict?.errors).toMatchObject([{ code: 'unquoted', path: ['metadata', 'labels', 'enabled'] }])
    expect(verdict?.errors[0]?.hint).toContain('put it in quotes')
  })

  it('rejects an Istio object whose port is not a number', () => {
    const snapshot = snapshotOf(entry('a').replace('number: 80', 'number: eighty'))
    expect(snapshot.istio.serviceEntries).toEqual([])
    expect(snapshot.verdicts[0]?.errors).toMatchObject([{ code: 'type', path: ['spec', 'ports', 0, 'number'] }])
  })

  it('rejects a spec that is not a mapping', () => {
    const snapshot = snapshotOf('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: [1]\n')
    expect(snapshot.verdicts[0]?.errors).toMatchObject([{ code: 'type', path: ['spec'] }])
  })
})

describe('unknown fields', () => {
  it('are kept with their keys and what may have been meant, and the object counts', () => {
    const snapshot = snapshotOf(entry('a', '  locaton: MESH_INTERNAL'))
    expect(snapshot.unknownFields).toMatchObject([{ path: ['spec', 'locaton'], hint: 'did you mean location?' }])
    expect(snapshot.istio.serviceEntries).toHaveLength(1)
  })

  it('are none in the status, which controllers write', () => {
    expect(snapshotOf(entry('a', 'status: {phase: new}')).unknownFields).toEqual([])
  })

  it('rejects an Istio object with an unknown top-level key', () => {
    const snapshot = snapshotOf(entry('a', 'spce: {}'))
    expect(snapshot.istio.serviceEntries).toEqual([])
    expect(snapshot.verdicts[0]?.errors).toMatchObject([
      { code: 'unknown-field', path: ['spce'], hint: 'did you mean spec?' },
    ])
  })

  it('are found in a Service and its ports', () => {
    const snapshot = snapshotOf(`
apiVersion: v1
kind: Service
metadata: {name: a}
spec:
  clusterIp: None
  ports:
  - port: 80
    targetport: 8080
`)
    expect(
      snapshot.unknownFields.map(({ resource, path, hint }) => [`${resource.location.key(...path)}`, hint]),
    ).toEqual([
      ['mesh.yaml:6:3', 'did you mean clusterIP?'],
      ['mesh.yaml:9:5', 'did you mean targetPort?'],
    ])
    expect(snapshot.clusters[0].services).toHaveLength(1)
  })

  it('are found in an EndpointSlice', () => {
    const snapshot = snapshotOf(`
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a}
addressType: IPv4
endpoints:
- addresses: [10.0.0.1]
  conditions: {raedy: true}
prots: []
`)
    expect(snapshot.unknownFields.map(({ hint }) => hint)).toEqual(['did you mean ready?', 'did you mean ports?'])
  })
})

describe('two objects of one name', () => {
  it('keeps the later one, and says where both are', () => {
    const snapshot = snapshotOf(join(entry('a'), entry('b'), entry('a', '  location: MESH_INTERNAL')))
    expect(names(snapshot.istio.serviceEntries)).toEqual(['default/b', 'default/a'])
    expect(snapshot.istio.serviceEntries[1]?.spec.location).toBe('MESH_INTERNAL')
    const [duplicate] = snapshot.duplicates
    expect(duplicate?.replaced.location.position().line).toBe(2)
    expect(duplicate?.resource.location.position().line).toBe(22)
    expect(snapshot.problems).toEqual([])
  })

  it('takes all versions of an Istio API for one', () => {
    const old = entry('a').replace('/v1', '/v1beta1')
    expect(snapshotOf(join(old, entry('a'))).istio.serviceEntries).toHaveLength(1)
  })

  it('keeps the earlier one when the later is rejected', () => {
    const snapshot = snapshotOf(join(entry('a'), entry('a').replace('a.example.com', '"*"')))
    expect(snapshot.istio.serviceEntries[0]?.spec.hosts).toEqual(['a.example.com'])
    expect(snapshot.verdicts[0]?.errors).not.toEqual([])
  })

  it('tells namespaces, kinds and clusters apart', () => {
    const service = (namespace: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: ${namespace}}\nspec: {ports: [{port: 1}]}\n`
    const snapshot = snapshotOf(join(service('x'), service('z'), entry('a')), {}, { west: service('x') })
    expect(snapshot.problems).toEqual([])
    expect(snapshot.clusters.map(({ services }) => services.length)).toEqual([2, 1])
  })
})

describe('verdicts', () => {
  it('leave out a rejected object and keep one with a warning', () => {
    const bad = entry('bad').replace('hosts: [bad.example.com]', 'hosts: []')
    const warned = entry('warned').replace('protocol: HTTP', 'protocol: TCP')
    const snapshot = snapshotOf(join(entry('fine'), bad, warned.replace('DNS', 'NONE')))
    expect(names(snapshot.istio.serviceEntries)).toEqual(['default/fine', 'default/warned'])
    expect(snapshot.verdicts.map(({ resource }) => resource.meta.name)).toEqual(['bad', 'warned'])
    expect(snapshot.verdicts[0]?.errors).not.toEqual([])
    expect(snapshot.verdicts[1]?.errors).toEqual([])
    expect(snapshot.verdicts[1]?.warnings).not.toEqual([])
  })
})
