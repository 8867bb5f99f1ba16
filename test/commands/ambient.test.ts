/** Namespaces and pods of the ambient mesh, which have no sidecars. */
import { describe, expect, it } from 'vitest'
import { entry, folderOf, told, vipctl } from './cli.ts'

const namespace = (labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {${labels}}}\n`

const deployment = (name: string, labels: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels === '' ? '' : `, ${labels}`}}}
    spec: {containers: [{name: app}]}
`

const AMBIENT = 'istio.io/dataplane-mode: ambient'
const NONE = 'istio.io/dataplane-mode: none'
const INJECT = 'sidecar.istio.io/inject: "true"'

/** Two entries for one port, of which one gets no listener. */
const CONFLICT = ['a', 'b']
  .map((name) => entry({ name, namespace: 'shop', host: `${name}.example.com`, spec: '  exportTo: ["."]' }))
  .join('---\n')

async function answers(labels: string, ...workloads: readonly string[]) {
  const cwd = folderOf({ 'mesh.yaml': [namespace(labels), CONFLICT, ...workloads].join('---\n') })
  const linted = await vipctl('lint -o json --assume none --istio-version 1.31 mesh.yaml', { cwd })
  const { findings } = JSON.parse(linted.stdout) as { findings: readonly { rule: string }[] }
  const listed = await vipctl('proxies -o json --assume none -f mesh.yaml', { cwd })
  const { proxies } = JSON.parse(listed.stdout) as { proxies: readonly { name: string }[] }
  return {
    rules: findings.map(({ rule }) => rule),
    proxies: proxies.map(({ name }) => name),
    told: told(linted),
  }
}

const note = (what: string): string =>
  `note: ambient mesh, so without sidecars: ${what} (ztunnel and waypoints are not modelled)\n`

describe('the ambient mesh', () => {
  it('has namespaces without sidecars and without findings about them', async () => {
    expect(await answers(AMBIENT, deployment('web', ''))).toEqual({
      rules: [],
      proxies: [],
      told: note('namespace shop'),
    })
  })

  it.each([
    ['has labels that request a sidecar', INJECT],
    ['opts out', NONE],
  ])('has namespaces where a pod %s', async (_why, label) => {
    const { rules, proxies, told: said } = await answers(AMBIENT, deployment('web', label), deployment('api', ''))
    expect(rules).toContain('tcp-port-conflict')
    expect(proxies).toEqual(['web'])
    expect(said).toBe(note('workload Deployment shop/api'))
  })

  it('has single pods', async () => {
    const { rules, proxies, told: said } = await answers('', deployment('web', AMBIENT), deployment('api', ''))
    expect(rules).toContain('tcp-port-conflict')
    expect(proxies).toEqual(['api'])
    expect(said).toBe(note('workload Deployment shop/web'))
  })

  it('has namespaces whose pods are all part of it', async () => {
    expect(await answers('', deployment('web', AMBIENT))).toMatchObject({ rules: [], told: note('namespace shop') })
  })

  it('gives way to injection', async () => {
    const { proxies, told: said } = await answers(`${AMBIENT}, istio-injection: enabled`, deployment('web', ''))
    expect(proxies).toEqual(['web'])
    expect(said).toBe('')
  })

  it('says of a pod of it that it has no sidecar', async () => {
    const cwd = folderOf({ 'mesh.yaml': [namespace(AMBIENT), deployment('web', '')].join('---\n') })
    const { stderr } = await vipctl('pc listeners --proxy deploy/web.shop --assume none -f mesh.yaml', { cwd })
    expect(told({ stderr })).toContain('Deployment shop/web is part of the ambient mesh and has no sidecar')
  })
})
