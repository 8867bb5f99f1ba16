import { describe, expect, it } from 'vitest'
import { meshOf, service, slice } from '../support/mesh.ts'

const HOST = 'web.default.svc.cluster.local'

/** The addresses of each endpoint of the Service `web`. */
function addresses(manifests: string, env: Readonly<Record<string, string>> = {}): readonly (readonly string[])[] {
  return meshOf(manifests, { env })
    .registry.endpointsOf('default', HOST)
    .map((endpoint) => endpoint.addresses)
}

describe('slices that istiod ignores', () => {
  it('are those of host names, and copies of other clusters', () => {
    const named = (name: string, ip: string) => slice('web', [ip]).replace('web-1', name)
    const names = named('names', 'pods.example.com').replace('addressType: IPv4', 'addressType: FQDN')
    const copy = named('copy', '10.244.0.2').replace(
      'labels: {',
      'labels: {multicluster.kubernetes.io/service-name: web, ',
    )
    const nameless = named('nameless', '10.244.0.3').replace('kubernetes.io/service-name', 'other')
    const mesh = service('web', '10.96.0.1') + named('read', '10.244.0.1') + names + copy + nameless
    expect(addresses(mesh)).toEqual([['10.244.0.1']])
  })
})

describe('endpoints of dual-stack pods', () => {
  const DUAL = { ISTIO_DUAL_STACK: 'true' }
  const IPS = '[{ip: 10.244.0.1}, {ip: "fd00::1"}]'
  const VIPS = "'10.96.0.1', clusterIPs: [10.96.0.1, 'fd00:96::1'], ipFamilyPolicy: RequireDualStack"

  const podWith = (ips: string) => `
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: default, labels: {app: web}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: 10.244.0.1, podIPs: ${ips}, conditions: [{type: Ready, status: 'True'}]}
---`

  const sliceOf = (address: string, type: string) => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-${type.toLowerCase()}, namespace: default, labels: {kubernetes.io/service-name: web}}
addressType: ${type}
endpoints: [{addresses: ['${address}'], targetRef: {kind: Pod, name: web-0, namespace: default}}]
ports: [{name: http, port: 80}]
---`

  const serviceWith = (ips: string) => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {clusterIP: ${ips}, ports: [{name: http, port: 80}]}
---`

  const SLICES = sliceOf('10.244.0.1', 'IPv4') + sliceOf('fd00::1', 'IPv6')
  const APART = [['10.244.0.1'], ['fd00::1']]

  it('have both addresses when the pod and the Service have two', () => {
    expect(addresses(serviceWith(VIPS) + podWith(IPS) + SLICES, DUAL)).toEqual([['10.244.0.1', 'fd00::1']])
  })

  it('are apart unless istiod, the pod and the Service are dual-stack', () => {
    expect(addresses(serviceWith(VIPS) + podWith(IPS) + SLICES)).toEqual(APART)
    expect(addresses(serviceWith('10.96.0.1') + podWith(IPS) + SLICES, DUAL)).toEqual(APART)
    expect(addresses(serviceWith(VIPS) + podWith('[{ip: 10.244.0.1}]') + SLICES, DUAL)).toEqual(APART)
  })
})
