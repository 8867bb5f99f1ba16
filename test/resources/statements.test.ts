/** Where mesh configuration and istiod's environment are stated besides the ConfigMap and the Deployment. */
import { describe, expect, it } from 'vitest'
import { versionText } from '../../src/releases/version.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { join, placeOf, said, snapshotOf } from './snapshots.ts'

const CAPTURE = 'ISTIO_META_DNS_CAPTURE'
const META = `{defaultConfig: {proxyMetadata: {${CAPTURE}: "true"}}}`

const object = (apiVersion: string, kind: string, spec: string, name = 'mesh'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: istio-system}\nspec:\n${spec}\n`

const operator = (spec: string, name?: string): string =>
  object('install.istio.io/v1alpha1', 'IstioOperator', spec, name)
const sail = (spec: string): string => object('sailoperator.io/v1', 'Istio', spec)
const release = (spec: string, chart = 'istiod'): string =>
  object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', `  chart: {spec: {chart: ${chart}, version: 1.27.1}}\n${spec}`)
const application = (helm: string, chart = 'istiod'): string =>
  object(
    'argoproj.io/v1alpha1',
    'Application',
    `  source:\n    chart: ${chart}\n    targetRevision: 1.26.2\n    helm:\n${helm}`,
  )

const VALUES = `meshConfig: ${META}\n`
const PARAMETERS = `      parameters:
      - {name: meshConfig.defaultConfig.proxyMetadata.${CAPTURE}, value: "true", forceString: true}
      - {name: 'meshConfig.discoverySelectors[1].matchLabels.a\\.b/c', value: d}`

const given = (text: string) => parseDocuments({ name: 'given.yaml', text }, '').documents[0]
const captures = (text: string): unknown => snapshotOf(text).mesh.defaultConfig?.proxyMetadata.get(CAPTURE)

/** Each states that proxies capture DNS. */
const FORMS: readonly (readonly [form: string, text: string])[] = [
  ['an IstioOperator', operator(`  meshConfig: ${META}`)],
  ['the values of an IstioOperator', operator(`  values: {meshConfig: ${META}}`)],
  ['the profile of an IstioOperator', operator('  profile: preview')],
  ['an Istio of the Sail operator', sail(`  values: {meshConfig: ${META}}`)],
  ['a HelmRelease', release(`  values: {meshConfig: ${META}}`)],
  ['a HelmRelease of a chart that includes istiod', release(`  values: {istiod: {meshConfig: ${META}}}`, 'mesh')],
  ['values of an Application', application(`      values: |\n        meshConfig: ${META}`)],
  ['valuesObject of an Application', application(`      valuesObject: {meshConfig: ${META}}`)],
  ['parameters of an Application', application(PARAMETERS)],
  ['values of istiod', VALUES],
  ['values of a chart that includes istiod', `istiod: {meshConfig: ${META}}\n`],
  [
    'a HelmChart of k3s',
    object('helm.cattle.io/v1', 'HelmChart', `  chart: istiod\n  valuesContent: |-\n    ${VALUES}`),
  ],
]

describe('the mesh configuration', () => {
  it.each(FORMS)('is read from %s in the input', (_form, text) => {
    expect(captures(text)).toBe('true')
  })

  it.each(FORMS)('is read from %s as --mesh-config', (_form, text) => {
    const { mesh, problems } = snapshotOf('', { meshConfig: given(text) })
    expect(mesh.defaultConfig?.proxyMetadata.get(CAPTURE)).toBe('true')
    expect(problems.filter(({ severity }) => severity !== 'note')).toEqual([])
  })

  it('is that of the ConfigMap if there is one, which is reported', () => {
    const configMap =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "trustDomain: a"}\n'
    const snapshot = snapshotOf(join(operator(`  meshConfig: ${META}`), configMap))
    expect(snapshot.mesh.trustDomain).toBe('a')
    expect(snapshot.mesh.defaultConfig?.proxyMetadata.has(CAPTURE)).toBe(false)
    expect(said(snapshot)).toEqual([
      'note ConfigMap istio states the mesh configuration, so that of IstioOperator mesh is not read',
    ])
  })

  it('is the last of several that differ, with a warning', () => {
    const text = join(
      operator('  meshConfig: {trustDomain: a}', 'one'),
      operator('  meshConfig: {trustDomain: b}', 'two'),
    )
    expect(snapshotOf(text).mesh.trustDomain).toBe('b')
    expect(said(snapshotOf(text))[0]).toBe(
      'warning the input states different mesh configurations: that of IstioOperator two applies, not that of IstioOperator one (mesh.yaml)',
    )
    expect(snapshotOf(text, { revision: 'one' }).mesh.trustDomain).toBe('a')
  })

  it('is that of an object rather than of a file with values', () => {
    const text = join(operator('  meshConfig: {trustDomain: a}'), 'meshConfig: {trustDomain: b}\n')
    expect(snapshotOf(text).mesh.trustDomain).toBe('a')
  })

  it('is merged as Helm merges it, meshConfig of an IstioOperator last', () => {
    const { mesh } = snapshotOf(
      operator(
        '  profile: demo\n  values: {meshConfig: {trustDomain: a, rootNamespace: x}, global: {meshID: m}}\n  meshConfig: {trustDomain: b}',
      ),
    )
    expect(mesh).toMatchObject({ trustDomain: 'b', rootNamespace: 'x', accessLogFile: '/dev/stdout' })
    expect(mesh.defaultConfig?.meshId).toBe('m')
  })

  it('has networks', () => {
    const networks = '{net: {endpoints: [{fromRegistry: east}], gateways: [{address: 192.0.2.1, port: 15443}]}}'
    const { meshNetworks } = snapshotOf(release(`  values: {global: {meshNetworks: ${networks}}}`))
    expect([...meshNetworks.networks.keys()]).toEqual(['net'])
  })

  it('reads parameters as helm --set', () => {
    const { mesh } = snapshotOf(application(PARAMETERS))
    expect([...(mesh.discoverySelectors[1]?.matchLabels ?? [])]).toEqual([['a.b/c', 'd']])
  })

  it.each([
    ['an IstioOperator', operator('  meshConfig:\n    trustDomian: a'), 'mesh.yaml:6:5'],
    [
      'values of an Application',
      application('      values: |\n        meshConfig:\n          trustDomian: a'),
      'mesh.yaml:11:11',
    ],
    [
      'parameters',
      application('      parameters:\n      - name: meshConfig.trustDomian\n        value: a'),
      'mesh.yaml:11:9',
    ],
  ])('has mistakes where they are written in %s', (_form, text, place) => {
    const problem = snapshotOf(text).problems.find(({ severity }) => severity === 'warning')
    expect(problem).toMatchObject({ hint: 'did you mean trustDomain?' })
    expect(problem && placeOf(problem)).toBe(place)
  })

  it.each([
    ['a HelmRelease of another chart', release('  values: {env: {A: b}, global: {meshID: x}}', 'grafana')],
    ['other values', 'image: {tag: 1.2.3}\nenv: {A: b}\n'],
    ['a HelmRelease of another project', object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', '  values: [a]')],
  ])('is not stated by %s', (_form, text) => {
    expect(snapshotOf(text).meshAt).toBeUndefined()
  })

  it('is the defaults if istiod is installed without any', () => {
    const snapshot = snapshotOf(release(''))
    expect(snapshot.meshAt).toBeDefined()
    expect(snapshot.mesh.trustDomain).toBe('cluster.local')
  })

  it.each([
    ['an Application with files', application('      valueFiles: [$values/istiod.yaml]'), '1.26.2'],
    ['a HelmRelease', release('  valuesFrom: [{kind: ConfigMap, name: x}]'), '1.27.1'],
  ])('is not stated by values of %s that are elsewhere, but its version is', (_form, text, version) => {
    const snapshot = snapshotOf(text, { istioVersion: undefined })
    expect(snapshot.meshAt).toBeUndefined()
    expect(versionText(snapshot.release.version)).toBe(version)
    expect(captures(join(text, VALUES))).toBe('true')
  })

  it('may be elsewhere, which is reported', () => {
    const text = release(`  valuesFrom: [{kind: ConfigMap, name: x}]\n  values: {meshConfig: ${META}}`)
    expect(said(snapshotOf(text))[0]).toBe(
      'note the values of valuesFrom are not read, only those in the object itself',
    )
  })
})

describe("istiod's environment", () => {
  it.each([
    ['an IstioOperator', operator('  values: {pilot: {env: {ISTIO_DUAL_STACK: true}}}')],
    ['a component', operator('  components: {pilot: {k8s: {env: [{name: ISTIO_DUAL_STACK, value: "true"}]}}}')],
    ['an Istio', sail('  values: {pilot: {env: {ISTIO_DUAL_STACK: "true"}}}')],
    ['a HelmRelease', release('  values: {env: {ISTIO_DUAL_STACK: "true"}}')],
    ['values', 'pilot: {env: {ISTIO_DUAL_STACK: "true"}}\n'],
    ['values with meshConfig', 'istiod: {meshConfig: {}, env: {ISTIO_DUAL_STACK: "true"}}\n'],
  ])('is read from %s', (_form, text) => {
    expect(snapshotOf(text).features.dualStack).toBe(true)
    expect(snapshotOf('', { meshConfig: given(text) }).features.dualStack).toBe(true)
    const istiodEnv = new Map([['ISTIO_DUAL_STACK', 'false']])
    expect(snapshotOf(text, { istiodEnv }).features.dualStack).toBe(false)
  })

  it('is that of its Deployment, unless --mesh-config states it', () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod, namespace: istio-system}\nspec: {template: {spec: {containers: [{name: discovery, image: "istio/pilot:1.27.1"}]}}}\n'
    const values = 'pilot: {env: {ISTIO_DUAL_STACK: "true"}}\n'
    expect(snapshotOf(join(deployment, values)).features.dualStack).toBe(false)
    expect(snapshotOf(deployment, { meshConfig: given(values) }).features.dualStack).toBe(true)
  })

  it('has a value that is no boolean where it is written', () => {
    const snapshot = snapshotOf('pilot:\n  env:\n    ISTIO_DUAL_STACK: maybe\n')
    const problem = snapshot.problems.find(({ severity }) => severity === 'warning')
    expect(problem?.message).toContain('ISTIO_DUAL_STACK is "maybe"')
    expect(problem && placeOf(problem)).toBe('mesh.yaml:3:23')
  })

  it('follows compatibilityVersion', () => {
    const values = (version: string) => `compatibilityVersion: "${version}"\nmeshConfig: {}\nglobal: {tag: 1.31.0}\n`
    const allocation = (version: string) =>
      snapshotOf(values(version)).features.env.get('PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS')
    expect(allocation('1.30')).toBe('false')
    expect(allocation('1.31')).toBeUndefined()
  })
})

describe('the version of Istio', () => {
  it.each([
    [release(''), '1.27.1'],
    [application('      values: ""'), '1.26.2'],
    [`pilot: {tag: 1.25.3}\n${VALUES}`, '1.25.3'],
  ])('is that of the chart: %#', (text, version) => {
    const { version: found } = snapshotOf(text, { istioVersion: undefined }).release
    expect(`${found.minor}.${found.patch}`).toBe(version.slice(2))
  })
})

describe('a file of --mesh-config that states none', () => {
  it.each([
    'foo: 1\n',
    object('networking.istio.io/v1', 'ServiceEntry', '  hosts: [a.example]'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata: {other: x}\n',
  ])('is an error: %#', (text) => {
    const { problems, meshAt } = snapshotOf('', { meshConfig: given(text) })
    expect(problems).toMatchObject([{ severity: 'error', message: 'this states no mesh configuration' }])
    expect(meshAt).toBeUndefined()
  })
})

describe('values with names of JavaScript', () => {
  const text = application(
    '      valuesObject: {__proto__: {polluted: 1}, meshConfig: {__proto__: {a: 1}, constructor: {b: 1}, trustDomain: c}}\n' +
      '      parameters:\n' +
      ['__proto__.polluted', 'meshConfig.__proto__.polluted', 'a[', 'a[99][99][99]', '\\\\']
        .map((name) => `      - {name: ${JSON.stringify(name)}, value: "true"}`)
        .join('\n'),
  )

  it('are unknown fields like others', () => {
    const snapshot = snapshotOf(text)
    expect(snapshot.mesh.trustDomain).toBe('c')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(said(snapshot).filter((line) => line.startsWith('warning'))).toEqual([
      'warning MeshConfig has no field "__proto__", so it is ignored',
      'warning MeshConfig has no field "constructor", so it is ignored',
    ])
  })
})
