import { describe, expect, it } from 'vitest'
import { meshConfig } from '../../../support/mesh.ts'
import { findingsOf, objectsWith } from '../support.ts'
import { controller, kubeService } from './support.ts'

const telemetry = (spec: string, name = 'logs', namespace = 'shop', time = '2024-01-01T00:00:00Z') => `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: '${time}'}
spec: ${spec}
---`

describe('telemetry-provider-missing', () => {
  const RULE = 'telemetry-provider-missing'
  const zipkin = (service: string) =>
    meshConfig(`extensionProviders: [{name: zipkin, zipkin: {service: ${service}, port: 9411}}]`)
  const MESH = zipkin('zipkin.shop.svc.cluster.local')
  const SERVICE = kubeService('zipkin', 'shop', 'selector: {app: zipkin}') + controller('Deployment', '{app: zipkin}')
  const traces = telemetry('{tracing: [{providers: [{name: Zipkin}]}]}')
  const messages = (manifests: string) => findingsOf(RULE, manifests).map(({ message }) => message)

  it('finds providers without regard to case', () => {
    expect(messages(MESH + SERVICE + traces)).toEqual([])
  })

  it('says what is missing: the provider, its Service, or a provider of the right type', () => {
    expect(messages(MESH + SERVICE + telemetry('{tracing: [{providers: [{name: zipkins}]}]}'))).toEqual([
      'the mesh configuration has no provider zipkins (did you mean zipkin?), so requests are not traced',
    ])
    expect(messages(zipkin('zipkin.other.svc.cluster.local') + SERVICE + traces)).toEqual([
      'the Service zipkin.other.svc.cluster.local of the provider Zipkin does not exist, so requests are not traced',
    ])
    expect(messages(MESH + SERVICE + telemetry('{metrics: [{providers: [{name: zipkin}]}]}'))).toEqual([
      'the provider zipkin is of a type that cannot be used for metrics, so it has no metrics',
    ])
  })

  it('does not know the providers of a mesh that is not in the input', () => {
    expect(messages(traces)).toEqual([])
  })
})

describe('general-object-ignored', () => {
  const RULE = 'general-object-ignored'
  const general = telemetry('{accessLogging: [{}]}')

  it('reports all but the oldest of a namespace', () => {
    const young = telemetry('{accessLogging: [{}]}', 'a', 'shop', '2025-01-01T00:00:00Z')
    const elsewhere = telemetry('{accessLogging: [{}]}', 'b', 'store', '2025-01-01T00:00:00Z')
    expect(objectsWith(RULE, young + general + elsewhere)).toEqual(['Telemetry shop/a'])
  })

  it('does not report those with a selector or a target', () => {
    const selecting = telemetry('{selector: {matchLabels: {app: a}}, accessLogging: [{}]}', 'a')
    const target = '{group: gateway.networking.k8s.io, kind: Gateway, name: g}'
    const targeting = telemetry(`{targetRefs: [${target}], accessLogging: [{}]}`, 'b')
    expect(objectsWith(RULE, general + selecting + targeting)).toEqual([])
  })
})

describe('selector-matches-nothing', () => {
  const plugin = (namespace: string) => `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: p, namespace: ${namespace}}
spec: {url: oci://x/y, selector: {matchLabels: {app: none}}}
---`

  it('is about policies too, but not about extensions for the whole mesh', () => {
    const workloads = controller('Deployment', '{app: a}') + controller('Deployment', '{app: b}', 'istio-system')
    const selecting = telemetry('{selector: {matchLabels: {app: none}}}')
    expect(
      objectsWith('selector-matches-nothing', workloads + selecting + plugin('shop') + plugin('istio-system')),
    ).toEqual(['Telemetry shop/logs', 'WasmPlugin shop/p'])
  })
})
