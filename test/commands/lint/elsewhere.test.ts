import { describe, expect, it } from 'vitest'
import { folderOf, vipctl } from '../cli.ts'

const rule = (host: string) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: rule, namespace: shop}
spec: {host: ${host}}
`
const service = (name: string, namespace: string) => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {clusterIP: 10.96.0.9, ports: [{port: 80, name: http}]}
`

async function found(host: string, others: Readonly<Record<string, string>> = {}, args = '') {
  const cwd = folderOf({ 'rule.yaml': rule(host), 'web.yaml': service('web', 'shop'), ...others })
  const { stdout } = await vipctl(`lint . -o json ${args}`.trim(), { cwd })
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; severity: string; message: string }[] }
  return findings.filter((finding) => finding.rule === 'destination-host-unknown')
}

const PAYMENTS = 'api.payments.svc.cluster.local'

describe('hosts that no service of the input has', () => {
  it('are errors in a namespace that the input has', async () => {
    expect(await found('wev')).toMatchObject([
      {
        severity: 'error',
        message: expect.stringContaining('but no service of the input has it (did you mean web.shop'),
      },
    ])
    expect(await found(PAYMENTS, { 'p.yaml': service('other', 'payments') })).toHaveLength(1)
  })

  it('are elsewhere in a namespace that it does not have, and info with --strict', async () => {
    expect(await found(PAYMENTS)).toEqual([])
    expect(await found(PAYMENTS, {}, '--strict')).toMatchObject([{ severity: 'info' }])
    expect(await found(PAYMENTS, { '.vipctl.yaml': 'strict: true\n' })).toMatchObject([{ severity: 'info' }])
  })

  it('are known when they are parts of every cluster', async () => {
    for (const host of ['kubernetes.default.svc.cluster.local', 'istiod.istio-system.svc.cluster.local']) {
      const others = { 'o.yaml': `${service('a', 'default')}---\n${service('b', 'istio-system')}` }
      expect(await found(host, others, '--strict')).toEqual([])
    }
    expect(await found('x.istio-system.svc.cluster.local', { 'o.yaml': service('kiali', 'istio-system') })).toEqual([])
    expect(await found('kube-dns.kube-system.svc.cluster.local')).toEqual([])
  })

  it('may be what a chart installs', async () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api, namespace: flux}
spec: {targetNamespace: payments}
`
    const others = { 'p.yaml': service('other', 'payments'), 'r.yaml': release }
    expect(await found(PAYMENTS, others)).toEqual([])
  })

  it('exist when the configuration says so', async () => {
    expect(await found('api.example.com')).toHaveLength(1)
    expect(await found('api.example.com', { '.vipctl.yaml': 'knownHosts: ["*.example.com"]\n' })).toEqual([])
    const others = { 'p.yaml': service('other', 'payments') }
    expect(await found(PAYMENTS, { ...others, '.vipctl.yaml': 'knownNamespaces: [pay*]\n' })).toEqual([])
  })

  it('are looked for in variants: any of them may be the one that is applied', async () => {
    const subsets = (names: string) => `${rule('web')}  subsets: [${names}]\n`.replace('{host: web}', '\n  host: web')
    const route = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: {hosts: [web], http: [{route: [{destination: {host: web, subset: v2}}]}]}
`
    const cwd = folderOf({
      'web.yaml': service('web', 'shop'),
      'a.yaml': subsets('{name: v1}, {name: v2}'),
      'b.yaml': subsets('{name: v1}'),
      'route.yaml': route,
    })
    const { code, stdout } = await vipctl('lint', { cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.not.stringContaining('subset v2') })
  })
})
