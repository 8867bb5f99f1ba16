import { describe, expect, it } from 'vitest'
import { meshOf } from '../support/mesh.ts'

const MESH = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.1, ports: [{name: tcp, port: 5432}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: tcp, port: 5432, protocol: TCP}]
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: {name: db, namespace: shop}
spec:
  parentRefs: [{name: gw}]
  rules: [{backendRefs: [{name: db, port: 5432}]}]
`

const WAYPOINT = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/use-waypoint: waypoint}}
`

const summaryOf = (version: string, env: Record<string, string> = {}) => {
  const { registry } = meshOf(MESH, { version, env })
  const [gateway] = registry.statuses.flatMap(({ listeners = [] }) => listeners)
  return {
    routes: registry.derived.virtualServices.length,
    accepted: gateway?.conditions.find(({ type }) => type === 'Accepted')?.reason,
    warnings: registry.snapshot.problems.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
  }
}

describe('kinds that a release does not read', () => {
  const unread = 'this release of Istio does not read objects such as TCPRoute shop/db'

  it('have no effect, and a warning says so', () => {
    expect(summaryOf('1.30.0')).toEqual({ routes: 0, accepted: 'UnsupportedProtocol', warnings: [unread] })
  })

  it('are read by newer releases, and by older ones that are asked to', () => {
    const read = { routes: 1, accepted: 'Accepted', warnings: [] }
    expect(summaryOf('1.31.0')).toEqual(read)
    expect(summaryOf('1.30.0', { PILOT_ENABLE_ALPHA_GATEWAY_API: 'true' })).toEqual(read)
  })
})

describe('a label that asks for a waypoint', () => {
  it('is named as not modelled, even if no Gateway is', () => {
    const messages = meshOf(WAYPOINT).registry.snapshot.problems.map(({ message }) => message)
    expect(messages).toContain('not modelled: waypoints, such as that of Namespace shop')
  })
})
