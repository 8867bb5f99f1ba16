import { afterAll, describe, expect, it } from 'vitest'
import { closeAll } from '../live/server.ts'
import { folderOf, vipctl } from './cli.ts'

afterAll(closeAll)

const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: tcp, port: 80, protocol: TCP}
  - name: https
    port: 443
    protocol: HTTPS
    tls: {certificateRefs: [{name: cert, namespace: certs}]}
status:
  conditions:
  - {type: Accepted, status: "True", reason: Accepted}
  listeners:
  - name: http
    conditions:
    - {type: Accepted, status: "True", reason: Accepted}
    - {type: Conflicted, status: "False", reason: NoConflicts}
    - {type: Programmed, status: "True", reason: Programmed}
    - {type: ResolvedRefs, status: "True", reason: ResolvedRefs}
`

const GRANT = `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: edge, namespace: certs}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: edge}]
  to: [{group: "", kind: Secret}]
`

const FOREIGN = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: other, namespace: edge}
spec: {gatewayClassName: nginx, listeners: [{name: http, port: 80, protocol: HTTP}]}
`

const read = (files: Record<string, string>, ...args: string[]) =>
  vipctl(['status', '-f', '.', ...args], { cwd: folderOf(files) })

interface Listed {
  readonly metadata: { readonly name: string }
  readonly status: { readonly listeners: readonly { readonly name: string; readonly conditions: readonly object[] }[] }
  readonly differs?: readonly { readonly of?: string; readonly type: string }[]
}

async function listed(files: Record<string, string>, ...args: string[]): Promise<readonly Listed[]> {
  return JSON.parse((await read(files, ...args, '-o', 'json')).stdout)
}

const conditionsOf = ([object]: readonly Listed[], name: string) =>
  object?.status.listeners.find((listener) => listener.name === name)?.conditions

describe('status', () => {
  it('says which listener excludes another one, and where it is', async () => {
    const { stdout } = await read({ 'a.yaml': GATEWAY })
    expect(stdout).toContain('Conflicted True ProtocolConflict: listener http has the port (a.yaml:7:5)')
  })

  it('asks for a ReferenceGrant, and takes one', async () => {
    const refused = { type: 'ResolvedRefs', status: 'False', reason: 'RefNotPermitted' }
    expect(conditionsOf(await listed({ 'a.yaml': GATEWAY }), 'https')).toContainEqual(expect.objectContaining(refused))
    const granted = await listed({ 'a.yaml': GATEWAY, 'b.yaml': GRANT })
    expect(conditionsOf(granted, 'https')).not.toContainEqual(expect.objectContaining(refused))
  })

  it('treats a Secret that is not there as missing when nothing is assumed', async () => {
    const files = { 'a.yaml': GATEWAY, 'b.yaml': GRANT }
    const conditions = conditionsOf(await listed(files, '--assume', 'none'), 'https')
    const message = 'there is no Secret certs/cert'
    expect(conditions).toContainEqual(expect.objectContaining({ reason: 'InvalidCertificateRef', message }))
  })

  it('says where stored conditions differ', async () => {
    const [object] = await listed({ 'a.yaml': GATEWAY })
    const differing = object?.differs?.map(({ of = '', type }) => `${of} ${type}`) ?? []
    expect(differing).toEqual(expect.arrayContaining([' Accepted', ' Programmed', 'listener https ResolvedRefs']))
    expect(differing.filter((text) => text.startsWith('listener http '))).toEqual([])
  })

  it('leaves out Gateways of other controllers, and says so for one that is named', async () => {
    const files = { 'a.yaml': GATEWAY, 'c.yaml': FOREIGN }
    expect((await listed(files)).map(({ metadata }) => metadata.name)).toEqual(['public'])
    const named = await read(files, 'gateway/other.edge')
    expect(named.code).toBe(2)
    expect(named.stderr).toContain('istiod has no conditions for gateway/other.edge')
  })

  it('says that the API server refuses an object that is named', async () => {
    const broken = GATEWAY.replace('gatewayClassName: istio', 'gatewayClassName: istio\n  addresses: yes')
    const { stderr, code } = await read({ 'a.yaml': broken }, 'gateway/public')
    expect(stderr).toContain('warning: a.yaml:')
    expect(stderr).toContain('the API server rejects Gateway edge/public')
    expect(stderr).toContain('hint: the API server rejects the object')
    expect(code).toBe(2)
  })

  it('selects objects by kind and name, and knows no others', async () => {
    expect(await listed({ 'a.yaml': GATEWAY }, 'gtw/public', '-n', 'edge')).toHaveLength(1)
    const wrong = await read({ 'a.yaml': GATEWAY }, 'gatway/public')
    expect(wrong.stderr).toContain('did you mean gateway?')
  })

  it('prints patches with the status only', async () => {
    const { stdout } = await read({ 'a.yaml': GATEWAY }, '-o', 'patch')
    expect(stdout).toContain('lastTransitionTime: "1970-01-01T00:00:00Z"')
    expect(stdout).not.toContain('spec:')
  })
})

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: edge}
spec:
  parentRefs: [{name: public, sectionName: http}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
status:
  parents:
  - controllerName: example.com/other
    parentRef: {name: theirs}
    conditions: [{type: Accepted, status: "False", reason: Theirs, message: "", lastTransitionTime: "2026-01-01T00:00:00Z"}]
  - controllerName: istio.io/gateway-controller
    parentRef: {name: gone}
    conditions: [{type: Accepted, status: "True", reason: Accepted}]
  - controllerName: istio.io/gateway-controller
    parentRef: {group: gateway.networking.k8s.io, kind: Gateway, name: public, namespace: edge, sectionName: http}
    conditions:
    - {type: Accepted, status: "True", reason: Accepted, lastTransitionTime: "2026-02-02T00:00:00Z"}
    - {type: Audited, status: "Unknown", reason: Later, message: "", lastTransitionTime: "2026-03-03T00:00:00Z"}
`

describe('an object that other controllers have written to', () => {
  const files = { 'a.yaml': GATEWAY, 'r.yaml': ROUTE }

  it('keeps what they wrote in the patch, and the times of what does not change', async () => {
    const { stdout } = await read(files, 'httproute/web', '-o', 'patch')
    expect(stdout).toMatchInlineSnapshot(`
      "---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata:
        name: web
        namespace: edge
      status:
        parents:
          - controllerName: example.com/other
            parentRef:
              name: theirs
            conditions:
              - type: Accepted
                status: "False"
                reason: Theirs
                message: ""
                lastTransitionTime: "2026-01-01T00:00:00Z"
          - controllerName: istio.io/gateway-controller
            parentRef:
              group: gateway.networking.k8s.io
              kind: Gateway
              name: public
              sectionName: http
            conditions:
              - type: Accepted
                status: "True"
                reason: Accepted
                message: the parent takes the route
                lastTransitionTime: "2026-02-02T00:00:00Z"
              - type: ResolvedRefs
                status: "False"
                reason: BackendNotFound
                message: Service web.edge.svc.cluster.local does not exist
                lastTransitionTime: "1970-01-01T00:00:00Z"
              - type: Audited
                status: Unknown
                reason: Later
                message: ""
                lastTransitionTime: "2026-03-03T00:00:00Z"
      "
    `)
  })

  it('differs only in what istiod would write', async () => {
    const { stdout } = await read(files, 'httproute/web')
    expect(stdout.split('\n').filter((line) => /^ {2}parent|stored/.test(line))).toEqual([
      '  parent Gateway gone',
      '    stored: Accepted is True Accepted, computed is absent',
      '  parent Gateway public (http)',
      '    stored: ResolvedRefs is absent, computed is False BackendNotFound',
    ])
  })
})

describe('the router of a Gateway', () => {
  it('is assumed with the Service that istiod would write', async () => {
    const cwd = folderOf({ 'a.yaml': GATEWAY })
    const found = await vipctl(['pc', 'listeners', '-f', '.', '--proxy', 'gateway/public.edge', '-o', 'json'], { cwd })
    expect(JSON.parse(found.stdout).map(({ name }: { name: string }) => name)).toContain('0.0.0.0_80')
    const alone = await vipctl(
      ['pc', 'listeners', '-f', '.', '--proxy', 'gateway/public.edge', '--assume', 'none', '-o', 'json'],
      { cwd },
    )
    expect(JSON.parse(alone.stdout).map(({ name }: { name: string }) => name)).not.toContain('0.0.0.0_80')
  })
})
