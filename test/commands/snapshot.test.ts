import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { caseNames, readCase } from '../conformance/cases.ts'
import { closeAll, startCluster } from '../live/server.ts'
import { CAPTURE, documents, entry, folderOf, ROOT, vipctl } from './cli.ts'

afterAll(closeAll)

const CASES = join(ROOT, 'fixtures/conformance')
/** One of each kind, and all with several clusters. */
const SOME_CASES = /^(mc-|dns-headless|mesh-|we-|gateway-|alloc-status|walk)/

const SECRETIVE = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  uid: u
  managedFields: [{manager: hidden}]
  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"hidden": 1}', kept: "1"}
spec:
  containers:
  - {name: app, args: [--password=hidden], env: [{name: PASSWORD, value: hidden}], command: [hidden]}
  - name: istio-proxy
    args: [proxy, sidecar]
    env: [{name: DD_API, value: hidden}, {name: ISTIO_META_DNS_CAPTURE, value: "true"}]
status: {phase: Running, podIP: 10.0.0.5, message: hidden}
---
apiVersion: v1
kind: Secret
metadata: {name: certificate, namespace: shop}
data: {tls.key: aGlkZGVu, hidden: aGlkZGVu}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app, namespace: shop}
data: {hidden: hidden}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {template: {spec: {containers: [{name: app, args: [hidden], env: [{name: PASSWORD, value: hidden}]}]}}}
`

/** A dump without the places of what was assumed, which are in other files. */
async function dumpOf(argv: string, cwd: string): Promise<string> {
  const { stdout } = await vipctl(`dump -q ${argv}`, { cwd })
  const { assumed: _, ...dump } = JSON.parse(stdout) as { readonly assumed?: object }
  return JSON.stringify(dump, undefined, 2)
}

describe('snapshot', () => {
  const folders = ['quickstart', 'conflicts/databases', 'gateways/mistakes', 'scenarios/10-vms-behind-a-service'].map(
    (name) => join(ROOT, 'fixtures', name),
  )

  it.each(folders)('of %s gives the same dump', async (folder) => {
    const { stdout, code } = await vipctl(`snapshot -f ${folder}`)
    expect(code).toBe(0)
    const cwd = folderOf({ 'case.yaml': stdout })
    expect(await dumpOf('-f case.yaml', cwd)).toBe(await dumpOf(`-f ${folder}`, cwd))
  })

  it('keeps metadata that is not a mapping, so that istiod rejects the object again', async () => {
    const cwd = folderOf({ 'mesh.yaml': entry().replace(/metadata:\n.*\n/, 'metadata: [db]\n') })
    const { stdout } = await vipctl('snapshot -f mesh.yaml', { cwd })
    const read = folderOf({ 'mesh.yaml': stdout })
    expect(await dumpOf('-f mesh.yaml', cwd)).toContain('metadata: must be a mapping, not a list')
    expect(await dumpOf('-f mesh.yaml', read)).toBe(await dumpOf('-f mesh.yaml', cwd))
  })

  it.each(caseNames(CASES, SOME_CASES))('of the conformance case %s gives the same dump', async (name) => {
    const { folder, clusterId, remotes, istiodEnv, proxies } = readCase(CASES, name)
    const cwd = folderOf({ 'node.json': JSON.stringify(proxies[0]?.node) })
    const options = [
      `-f ${folder}/input.yaml --cluster-id ${clusterId}`,
      ...remotes.map((id) => `--remote ${id}=${folder}/clusters/${id}.yaml`),
      ...[...istiodEnv].map(([key, value]) => `--istiod-env ${key}=${value}`),
    ].join(' ')
    const { stdout } = await vipctl(`snapshot -q --out-dir case ${options}`, { cwd })
    const ofFiles = await dumpOf(`--node node.json ${stdout.trim()}`, cwd)
    expect(ofFiles).toContain('"lds"')
    expect(ofFiles).toBe(await dumpOf(`--node node.json ${options}`, cwd))
  })

  it('of a live cluster gives the same dump', async () => {
    const { kubeconfig } = await startCluster()
    const { stdout, code } = await vipctl(`snapshot -o json -c ${kubeconfig}`)
    expect(code).toBe(0)
    const cwd = folderOf({ 'case.json': stdout })
    for (const proxy of ['db-0.default', 'reviews-v1.team-a']) {
      const ofFile = await dumpOf(`-f case.json --proxy ${proxy}`, cwd)
      expect(ofFile).toBe(await dumpOf(`-c ${kubeconfig} --proxy ${proxy}`, cwd))
    }
    expect(stdout).not.toMatch(/managedFields|last-applied/)
  })

  it('leaves out what may be secret, and what decides nothing', async () => {
    const cwd = folderOf({ 'mesh.yaml': SECRETIVE })
    const { stdout } = await vipctl('snapshot -o json -f mesh.yaml', { cwd })
    expect(stdout).not.toMatch(/hidden|aGlkZGVu|managedFields/)
    const { items } = JSON.parse(stdout) as { items: object[] }
    expect(items).toMatchObject([
      {
        kind: 'Pod',
        metadata: { annotations: { kept: '1' } },
        spec: {
          containers: [{ name: 'app' }, { args: ['proxy', 'sidecar'], env: [{ name: 'ISTIO_META_DNS_CAPTURE' }] }],
        },
      },
      { kind: 'Secret', metadata: { name: 'certificate', namespace: 'shop' } },
      { kind: 'StatefulSet', spec: { template: { spec: { containers: [{ name: 'app' }] } } } },
    ])
  })

  it('states the namespace that objects were read into', async () => {
    const cwd = folderOf({ 'mesh.yaml': documents(CAPTURE, entry({})) })
    const { stdout } = await vipctl('snapshot -o json -n shop -f mesh.yaml', { cwd })
    const { items } = JSON.parse(stdout) as { items: { metadata: object }[] }
    expect(items[1]?.metadata).toEqual({ name: 'db', namespace: 'shop' })
  })

  it('writes a file for each cluster, and prints the options that read them', async () => {
    const mesh = join(ROOT, 'fixtures/scenarios/13-two-networks')
    const cwd = folderOf({})
    const clusters = `-f ${mesh}/east --cluster-id east --remote west=${mesh}/west --istiod-env PILOT_ENABLE_IP_AUTOALLOCATE=true`
    const { stdout, code } = await vipctl(`snapshot --out-dir case ${clusters}`, { cwd })
    expect(code).toBe(0)
    expect(stdout).toBe(
      '-f case/local.yaml --remote west=case/clusters/west.yaml --cluster-id east --istiod-env PILOT_ENABLE_IP_AUTOALLOCATE=true\n',
    )
    expect(readFileSync(join(cwd, 'case/clusters/west.yaml'), 'utf8')).toContain('kind: Service')
    expect(await dumpOf(stdout.trim(), cwd)).toBe(await dumpOf(clusters, cwd))
  })

  it('does not write several clusters into one file, nor outside of the folder', async () => {
    const cwd = folderOf({ 'a.yaml': entry({}), 'b.yaml': CAPTURE })
    const one = await vipctl('snapshot -f a.yaml --remote west=b.yaml', { cwd })
    expect([one.code, one.stderr]).toEqual([2, expect.stringContaining('--out-dir DIR writes a file for each')])
    const { stdout } = await vipctl('snapshot -f a.yaml --remote ../../x=b.yaml --out-dir case', { cwd })
    expect(stdout).toContain('=case/clusters/..%2F..%2Fx.yaml')
    expect(readdirSync(join(cwd, 'case/clusters'))).toEqual(['..%2F..%2Fx.yaml'])
  })

  it('with files over the mesh is the mesh as it would be', async () => {
    const cwd = folderOf({ 'a.yaml': documents(CAPTURE, entry({})), 'b.yaml': entry({ host: 'new.example.com' }) })
    const { stdout } = await vipctl('snapshot --base a.yaml -f b.yaml', { cwd })
    expect(stdout).toContain('new.example.com')
    expect(stdout).not.toContain('db.example.com')
  })
})
