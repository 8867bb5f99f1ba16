import { describe, expect, it } from 'vitest'
import { documents, entry, folderOf, vipctl } from './cli.ts'

const AUTO = 'PILOT_ENABLE_IP_AUTOALLOCATE'

/** An istiod of a revision: its Deployment and its ConfigMap, which turns DNS capture on for its proxies. */
function istiod(revision: string, version: string, env = ''): string {
  const suffix = revision === 'default' ? '' : `-${revision}`
  return documents(
    `apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod${suffix}, namespace: istio-system, labels: {app: istiod, istio.io/rev: ${revision}}}
spec:
  template:
    spec:
      containers:
      - {name: discovery, image: 'istio/pilot:${version}', env: [${env}]}
`,
    `apiVersion: v1
kind: ConfigMap
metadata: {name: istio${suffix}, namespace: istio-system}
data:
  mesh: |
    defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "${revision === 'canary'}"}}
`,
  )
}

const namespace = (name: string, labels: string): string => `apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {${labels}}}
`

const pod = (name: string, space: string, labels: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${space}, labels: {app: ${name}${labels}}}
spec:
  containers: [{name: app}]
`

const tag = (name: string, revision: string): string => `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-revision-tag-${name}, labels: {istio.io/tag: ${name}, istio.io/rev: ${revision}}}
webhooks: []
`

const TWO = [
  entry(),
  istiod('default', '1.26.3'),
  istiod('canary', '1.27.5', `{name: ${AUTO}, value: "false"}`),
  namespace('old', 'istio-injection: enabled'),
  namespace('new', 'istio.io/rev: canary'),
  namespace('tagged', 'istio.io/rev: prod'),
  namespace('lost', 'istio.io/rev: gone'),
  namespace('plain', 'team: a'),
  pod('web', 'new', ''),
  pod('web', 'plain', ', istio.io/rev: canary'),
]

const PROD = tag('prod', 'canary')

async function headOf(objects: readonly string[], ...args: readonly string[]) {
  const cwd = folderOf({ 'mesh.yaml': documents(...objects) })
  const argv = ['nametable', '-f', 'mesh.yaml', '--assume', 'none', ...args]
  const { stdout, stderr, code } = await vipctl(argv, { cwd })
  const [release, proxy] = stdout.split('\n')
  return { release, captures: proxy?.endsWith('capture on'), stderr, code }
}

const DEFAULT = { release: '# Istio 1.26.3 (Deployment istiod)', captures: false }
const CANARY = { release: '# Istio 1.27.5 (Deployment istiod-canary)', captures: true }

describe('of several istiods, the one applies', () => {
  it.each([
    ['that is called istiod, for a namespace without a label', ['-n', 'plain'], DEFAULT],
    ['that is called istiod, for istio-injection: enabled', ['-n', 'old'], DEFAULT],
    ['that the namespace names', ['-n', 'new'], CANARY],
    ['that the namespace names by a tag', ['-n', 'tagged'], CANARY],
    ['that the namespace of a pod names', ['--proxy', 'web.new'], CANARY],
    ['that a pod names', ['--proxy', 'web.plain'], CANARY],
    ['that --revision names', ['-n', 'old', '--revision', 'canary'], CANARY],
    ['that --revision names by a tag', ['-n', 'old', '--revision', 'prod'], CANARY],
    ['that --revision names, before the namespace', ['-n', 'new', '--revision', 'default'], DEFAULT],
  ])('%s', async (_, args, wanted) => {
    expect(await headOf([...TWO, PROD], ...args)).toMatchObject({ ...wanted, code: 0 })
  })

  it('that the tag default stands for', async () => {
    const tagged = [...TWO, tag('default', 'canary')]
    expect(await headOf(tagged, '-n', 'old')).toMatchObject(CANARY)
    expect(await headOf(tagged, '-n', 'plain')).toMatchObject(CANARY)
  })

  it('with its settings', async () => {
    const cwd = folderOf({ 'mesh.yaml': documents(...TWO) })
    const addressesFor = async (proxy: string) =>
      Object.keys(JSON.parse((await vipctl(`allocate -f mesh.yaml -o json${proxy}`, { cwd })).stdout))
    // A hash is of a host, a status of an entry.
    expect(await addressesFor(' --proxy web.new')).toEqual(['default/db.example.com'])
    expect(await addressesFor('')).toEqual(['default/db'])
  })
})

describe('the choice of an istiod', () => {
  it('is reported', async () => {
    const { stderr } = await headOf([...TWO, PROD], '-n', 'tagged')
    expect(stderr).toContain('the settings of Deployment istiod apply, not those of istiod-canary')
    expect(stderr).toContain(
      'note: the proxy belongs to revision canary (tag prod), so the settings of its istiod apply\n',
    )
  })

  it('is a warning when the input does not have the istiod of the proxy', async () => {
    const { stderr, release } = await headOf(TWO, '-n', 'lost')
    expect(release).toBe(DEFAULT.release)
    expect(stderr).toContain(
      "warning: the proxy belongs to revision gone, which is none of the input's: that of istiod default applies\n" +
        '  hint: choose one of default, canary with --revision\n',
    )
  })

  it('is a warning when the input does not have the istiod that is asked for', async () => {
    const { stderr } = await headOf(TWO, '--revision', 'gone')
    expect(stderr).toContain('warning: the input has no istiod of revision gone: the default settings apply\n')
    expect(stderr).toContain('  hint: it has default, canary\n')
  })
})

describe('several istiods and all proxies', () => {
  const router = `apiVersion: v1
kind: Pod
metadata: {name: gw, namespace: new, labels: {istio: ingressgateway}, annotations: {inject.istio.io/templates: gateway}}
spec:
  containers: [{name: istio-proxy, args: [proxy, router]}]
`
  const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: web, namespace: new}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]
`
  const run = (command: string, ...objects: readonly string[]) =>
    vipctl(`${command} mesh.yaml --assume none`, {
      cwd: folderOf({ 'mesh.yaml': documents(...TWO, PROD, ...objects) }),
    })
  const assumed = (proxies: string, revision = 'canary') =>
    `warning: the settings of istiod default are assumed for proxies of revision ${revision}: ${proxies}\n` +
    '  hint: --revision canary computes all proxies with the settings of that istiod\n'
  const lost =
    "warning: the settings of istiod default are assumed for proxies of revision gone, which is none of the input's: sidecars in namespace lost\n" +
    '  hint: choose one of default, canary with --revision\n'

  it('conflicts -A computes the sidecars of every namespace under their own istiod', async () => {
    const { stdout, stderr } = await run('conflicts -A -o json')
    const parts = (JSON.parse(stdout) as { namespaces: string[]; istio: object }[]).map(({ namespaces, istio }) => [
      namespaces,
      istio,
    ])
    expect(parts).toEqual([
      [['default', 'istio-system', 'lost', 'old', 'plain'], { version: '1.26.3', from: 'input' }],
      [['new', 'tagged'], { version: '1.27.5', from: 'input' }],
    ])
    expect(stderr).toContain(lost)
    expect(stderr).not.toContain('of revision canary')
  })

  it('lint warns of namespaces whose sidecars belong to another istiod', async () => {
    const { stdout, stderr } = await run('lint')
    expect(stdout).toContain('# Istio 1.26.3 (Deployment istiod)')
    expect(stderr).toContain(assumed('sidecars in namespace new'))
    expect(stderr).toContain(assumed('sidecars in namespace tagged', 'prod'))
    expect(stderr).toContain(lost)
  })

  it('lint takes the istiod of a proxy that is named', async () => {
    const { stdout, stderr } = await run('lint --proxy web.new')
    expect(stdout).toContain(CANARY.release)
    expect(stderr).not.toContain('are assumed for proxies')
  })

  it('lint takes the istiod that --revision names', async () => {
    const { stdout, stderr } = await run('lint --revision canary')
    expect(stdout).toContain(CANARY.release)
    expect(stderr).not.toContain('are assumed for proxies')
  })

  it('gateways warns of routers that belong to another istiod', async () => {
    const cwd = folderOf({ 'mesh.yaml': documents(...TWO, router, gateway) })
    const { stdout, stderr } = await vipctl('gateways -f mesh.yaml --assume none', { cwd })
    expect(stdout).toContain(DEFAULT.release)
    expect(stderr).toContain(assumed('router of Pod new/gw'))
  })
})
