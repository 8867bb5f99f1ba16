import { describe, expect, it } from 'vitest'
import { unresolvedReferences } from '../../src/findings/unresolved/index.ts'
import { service, viewOf } from '../support/mesh.ts'

const virtualService = (http: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: default}
spec:
  hosts: [web]
  http: ${http}
---`

const rule = (name: string, spec: string) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: default}
spec: ${spec}
---`

/** `code at position` of each finding. */
function found(manifests: string): string[] {
  return unresolvedReferences(viewOf(service('web', '10.96.0.1') + manifests)).map(({ code, location }) => {
    const { line, column } = location.position()
    return `${code} ${line}:${column}`
  })
}

const text = (manifests: string) =>
  unresolvedReferences(viewOf(service('web', '10.96.0.1') + manifests)).map(
    ({ message, hint }) => `${message} ${hint ?? ''}`,
  )

describe('a VirtualService', () => {
  it('to a host that no service has is named, with the nearest one', () => {
    const [message] = text(virtualService('[{route: [{destination: {host: wbe}}]}]'))
    expect(message).toContain('no service of the input has the host wbe.default.svc.cluster.local')
    expect(message).toContain('did you mean web.default.svc.cluster.local')
  })

  it('to a subset that no DestinationRule has is named at the subset', () => {
    const mesh = virtualService('[{route: [{destination: {host: web, subset: v3}}]}]')
    expect(found(mesh)).toEqual(['destination-subset-unknown 15:53'])
    expect(text(mesh + rule('web', '{host: web, subsets: [{name: v1}, {name: v2}]}'))[0]).toContain(
      'its subsets are v1, v2',
    )
  })

  it('whose destinations are all there is not', () => {
    const mesh = virtualService('[{route: [{destination: {host: web, subset: v1}}], mirror: {host: web}}]')
    expect(found(mesh + rule('web', '{host: web, subsets: [{name: v1}]}'))).toEqual([])
  })
})

describe('DestinationRules of one host', () => {
  it('are named with what is lost of the later one', () => {
    const policy = 'trafficPolicy: {tls: {mode: SIMPLE}}'
    const messages = text(
      rule('a', `{host: web, ${policy}, subsets: [{name: v1}]}`) +
        rule('b', `{host: web.default.svc.cluster.local, ${policy}, subsets: [{name: v1}, {name: v2}]}`),
    )
    expect(messages).toHaveLength(1)
    expect(messages[0]).toContain('DestinationRule default/b is for the same host as DestinationRule default/a')
    expect(messages[0]).toContain('its trafficPolicy, subset v1 are not used')
  })

  it('of other hosts are not', () => {
    expect(found(rule('a', '{host: web, subsets: [{name: v1}]}') + rule('b', '{host: "*.local"}'))).toEqual([])
  })
})

describe('a Sidecar', () => {
  const sidecar = (hosts: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: scope, namespace: default}
spec:
  egress:
  - hosts: ${hosts}
---`

  it('whose egress host imports nothing is named at that host', () => {
    expect(found(sidecar('["./*", "*/gone.example.com"]'))).toEqual(['sidecar-host-unmatched 15:20'])
  })

  it('whose hosts all import something is not, nor are exclusions', () => {
    expect(found(sidecar('["./web.default.svc.cluster.local", "*/*", "~gone/*"]'))).toEqual([])
  })
})

describe('a port of an endpoint', () => {
  it('that the Service lacks is named', () => {
    const slice = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [10.244.0.1]}]
ports: [{name: http, port: 80}, {name: admin, port: 90}]
---`
    expect(found(slice)).toEqual(['endpoint-port-unknown 15:33'])
  })

  it('of a WorkloadEntry that nothing which selects it asks for is named', () => {
    const mesh = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: vms, namespace: default}
spec:
  hosts: [vms.example.com]
  resolution: STATIC
  workloadSelector: {labels: {app: vm}}
  ports: [{number: 80, name: http, protocol: HTTP}]
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm-1, namespace: default}
spec: {address: 192.168.1.1, labels: {app: vm}, ports: {http: 8080, htpp: 8081}}
---`
    expect(text(mesh)).toEqual([
      'WorkloadEntry default/vm-1: nothing that selects it has a port named htpp, so this port is not used ',
    ])
  })
})
