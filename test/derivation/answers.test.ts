import { describe, expect, it } from 'vitest'
import { differenceOf, sideOfFiles } from '../difference/meshes.ts'

const MESH = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.1, selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: new, namespace: shop}
spec: {clusterIP: 10.96.0.2, selector: {app: new}, ports: [{name: http, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: edge}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: gw, namespace: edge}, {group: '', kind: Service, name: web}]
  hostnames: [web.example.com]
  rules:
    - {matches: [{path: {value: /api}}], backendRefs: [{name: new, port: 80}]}
    - {matches: [{path: {value: /apis}}], backendRefs: [{name: web, port: 80}]}
    - backendRefs: [{name: web, port: 80}]
`

const SETTING = { env: new Map<string, string>() }

function effectsOf(after: string) {
  const side = (text: string) => sideOfFiles([{ name: 'mesh.yaml', text }], SETTING)
  return differenceOf(side(MESH), side(after), SETTING).effects.map(({ effect, cause }) => ({
    sentence: effect.sentence,
    causes: cause.changes.map(({ what }) => what),
  }))
}

describe('the difference of two meshes', () => {
  it('tells what a changed HTTPRoute changes at the gateway that istiod would deploy, and in sidecars', () => {
    const effects = effectsOf(MESH.replace('backendRefs: [{name: new,', 'backendRefs: [{name: web,'))
    expect(effects.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('web.shop:80 with path /api'),
      expect.stringContaining('web.example.com:80 with path /api'),
    ])
    expect(new Set(effects.flatMap(({ causes }) => causes))).toEqual(new Set(['HTTPRoute shop/web']))
  })

  it('knows that a prefix ends at a slash, so that it does not take the requests of a longer word', () => {
    const moved = effectsOf(MESH.replace('{value: /apis}', '{value: /apix}'))
    expect(moved.map(({ sentence }) => sentence).join('\n')).not.toContain('never applies')
  })
})
