import { describe, expect, it } from 'vitest'
import { folderOf, vipctl } from './cli.ts'

const MESH = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: new, namespace: shop}
spec: {selector: {app: new}, ports: [{name: http, port: 80}]}
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
    - backendRefs: [{name: web, port: 80}]
`

const run = (...args: string[]) => vipctl([...args, '-q'], { cwd: folderOf({ 'mesh.yaml': MESH }) })

describe('routes of the Gateway API', () => {
  it('are followed from a Gateway, each step with the line of the route', async () => {
    const { stdout } = await run('trace', 'http://web.example.com/api/x', '--from', 'gateway/gw.edge', '-f', '.')
    expect(stdout).toContain('outbound|80||new.shop.svc.cluster.local')
    expect(stdout).toContain('mesh.yaml:25 HTTPRoute shop/web')
  })

  it('are followed from a sidecar, with prefixes that end at a slash', async () => {
    const from = ['-n', 'shop', '-f', '.']
    expect((await run('trace', 'http://web.shop/api', ...from)).stdout).toContain('outbound|80||new.shop')
    expect((await run('trace', 'http://web.shop/apis', ...from)).stdout).toContain('outbound|80||web.shop')
  })

  it('are no conflict, and have nothing that lint reports', async () => {
    expect((await run('conflicts', '-A', '-f', '.')).code).toBe(0)
    const { stdout, code } = await run('lint', '.')
    expect([stdout, code]).toEqual(['', 0])
  })
})
