import { describe, expect, it } from 'vitest'
import { computeProxy } from '../../src/pipeline.ts'
import { ProxyError } from '../../src/proxy/error.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { selectNode, syntheticNode } from '../../src/proxy/select.ts'
import { meshOf, pod } from '../support/mesh.ts'

const CAPTURE = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}}
---`

function errorOf(run: () => unknown): ProxyError {
  try {
    run()
  } catch (error) {
    if (error instanceof ProxyError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('--proxy', () => {
  const mesh = meshOf(
    `${CAPTURE}${pod('web-1', '10.244.0.5', '{app: web}')}${pod('quiet', '10.244.0.6', '{app: quiet}').replace(
      'labels:',
      'annotations: {proxy.istio.io/config: "proxyMetadata: {ISTIO_META_DNS_CAPTURE: \'false\'}"}, labels:',
    )}`,
  )
  const select = (text: string, namespace = 'default') =>
    computeProxy(mesh, selectNode(text, namespace, mesh.snapshot).node)

  it.each(['web-1', 'web-1.default', 'pod/web-1', 'po/web-1.default'])('takes %s', (text) => {
    expect(select(text)).toMatchObject({ id: 'web-1.default', ips: ['10.244.0.5'], dnsCapture: true })
    expect(select(text).serviceCluster).toBe('web.default')
  })

  it("puts the pod's own proxy configuration over the mesh's", () => {
    expect(select('quiet').dnsCapture).toBe(false)
  })

  it('has what ProxyConfigs give to new pods, and the annotation between general ones and those that select it', () => {
    const object = (name: string, namespace: string, spec: string) => `
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`
    const web = pod('web-1', '10.244.0.5', '{app: web}').replace(
      'labels:',
      'annotations: {proxy.istio.io/config: "proxyMetadata: {ISTIO_META_B: pod, ISTIO_META_C: pod}"}, labels:',
    )
    const metadataOf = (objects: string) => {
      const { snapshot } = meshOf(objects + web)
      const { metadata } = selectNode('web-1', 'default', snapshot).node
      return ['A', 'B', 'C'].map((name) => metadata.get(name))
    }
    const mesh = object('mesh', 'istio-system', '{environmentVariables: {ISTIO_META_A: mesh, ISTIO_META_B: mesh}}')
    const own = object('own', 'default', '{environmentVariables: {ISTIO_META_A: own}}')
    const select = (app: string) =>
      object(
        'select',
        'default',
        `{selector: {matchLabels: {app: ${app}}}, environmentVariables: {ISTIO_META_C: select}}`,
      )
    expect(metadataOf(mesh)).toEqual(['mesh', 'pod', 'pod'])
    expect(metadataOf(mesh + own + select('web'))).toEqual(['own', 'pod', 'select'])
    expect(metadataOf(select('other'))).toEqual([undefined, 'pod', 'pod'])
  })

  it('says which names are near when there is none', () => {
    const error = errorOf(() => select('web-l'))
    expect(error.message).toContain('web-l')
    expect(error.hint).toContain('web-1.default')
    expect(errorOf(() => select('depolyment/web-1')).hint).toContain('deployment/')
  })

  it('is a synthetic sidecar otherwise, with what the mesh says for all', () => {
    expect(computeProxy(mesh, syntheticNode('shop', mesh.snapshot))).toMatchObject({
      namespace: 'shop',
      dnsCapture: true,
      search: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    })
  })
})

describe('--node', () => {
  const id = 'sidecar~10.0.0.1~web.default~default.svc.cluster.local'
  it.each([
    [{ metadata: {} }, 'no id'],
    [{ id: 'sidecar~10.0.0.1~web' }, 'four parts'],
    [{ id: 'waypoint~10.0.0.1~web.default~default.svc.cluster.local' }, 'not modelled'],
    ['text', 'not an Envoy node'],
    [{ id, metadata: [] }, 'mapping'],
    [{ id, metadata: { DNS_CAPTURE: true } }, 'boolean'],
    [{ id, metadata: { DNS_CAPTURE: 'maybe' } }, 'not a boolean'],
    [{ id, locality: 'us' }, 'locality'],
  ])('refuses %j', (value, words) => {
    expect(errorOf(() => parseNode(value as never, 'node.json')).message).toContain(words)
  })

  it('refuses a node without a valid address', () => {
    const node = parseNode({ id: id.replace('10.0.0.1', 'nowhere') }, 'node.json')
    expect(errorOf(() => computeProxy(meshOf(''), node)).message).toContain('no valid IP')
  })

  it('reads addresses, namespace, locality and labels', () => {
    const node = parseNode(
      {
        id,
        metadata: { INSTANCE_IPS: '10.0.0.2,fd00::2', NAMESPACE: 'shop', LABELS: { app: 'web' } },
        locality: { region: 'us', zone: 'a' },
      },
      'node.json',
    )
    expect(computeProxy(meshOf(''), node)).toMatchObject({
      ips: ['10.0.0.2', 'fd00::2'],
      ipMode: 'Dual',
      namespace: 'shop',
      locality: 'us/a',
      labels: new Map([
        ['app', 'web'],
        ['topology.kubernetes.io/region', 'us'],
        ['topology.kubernetes.io/zone', 'a'],
      ]),
    })
  })
})
