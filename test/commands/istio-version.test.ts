import { describe, expect, it } from 'vitest'
import { entry, folderOf, told, vipctl } from './cli.ts'

/** istiod's Deployment with an image. */
const istiod = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  template:
    spec:
      containers:
      - {name: discovery, image: "${image}"}
`

/** Without a mesh configuration, a note says that DNS capture is off. */
const MESH_CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "{}"}
`

const CONFIG = 'istio: {version: "1.26"}\n'
const ASSUMED = 'note: Istio 1.31.0 is assumed, the newest release; choose another with --istio-version\n'

interface Files {
  readonly image?: string
  readonly config?: string
}

function input({ image, config }: Files): string {
  return folderOf({
    'mesh/db.yaml': entry(),
    'mesh/mesh-config.yaml': MESH_CONFIG,
    ...(image !== undefined && { 'mesh/istiod.yaml': istiod(image) }),
    ...(config !== undefined && { '.vipctl.yaml': config }),
  })
}

/** The release in the header of an answer, and stderr. */
async function releaseOf(files: Files, ...args: readonly string[]) {
  const { stdout, stderr, code } = await vipctl(['nametable', '-f', 'mesh', '--assume', 'none', ...args], {
    cwd: input(files),
  })
  return { release: stdout.split('\n')[0], stderr, code }
}

describe('the note about an assumed release', () => {
  const files = (text: string) => folderOf({ 'mesh.yaml': text })
  const said = async (command: string, text: string) =>
    (await vipctl(`${command} -f mesh.yaml`, { cwd: files(text) })).stderr.includes(ASSUMED)

  it('is for answers that depend on the release', async () => {
    expect(await said('allocate', entry())).toBe(true)
    expect(await said('proxies', entry())).toBe(false)
    expect(await said('allocate', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n')).toBe(false)
  })

  it('is not printed when the input tells, which the header shows', async () => {
    const { release, stderr } = await releaseOf({ image: 'istio/pilot:1.25.1' })
    expect(release).toBe('# Istio 1.25.1 (Deployment istiod)')
    expect(stderr).toBe('')
  })
})

describe('the version of Istio', () => {
  it.each([
    [['--istio-version', '1.27.3'], '# Istio 1.27.3'],
    [['--istio-version', '1.27'], '# Istio 1.27.9'],
    [['--istio-version', 'v1.27.9'], '# Istio 1.27.9'],
    [['--istio-version', '1.31.0-rc.0'], '# Istio 1.31.0'],
    [['--istio-version', 'latest'], '# Istio 1.31.0'],
    [['--istio-version', 'master'], '# Istio master'],
    [['--istio-version', '1.32'], '# Istio master'],
  ])('is that of %j, before what the input and the configuration say', async (args, release) => {
    const asked = await releaseOf({ image: 'istio/pilot:1.25.1', config: CONFIG }, ...args)
    expect(asked).toEqual({ release, stderr: '', code: 0 })
  })

  it('is that of istiod in the input, before the configuration', async () => {
    const { release, stderr } = await releaseOf({ image: 'istio/pilot:1.25.1', config: CONFIG })
    expect(release).toBe('# Istio 1.25.1 (Deployment istiod)')
    expect(stderr).toMatch(/Istio 1\.25\.1, from Deployment istiod, not 1\.26\.8 of \.vipctl\.yaml$/m)
  })

  it.each([
    ['IstioOperator', 'install.istio.io/v1alpha1', 'tag: 1.25.2', '1.25.2'],
    ['IstioOperator', 'install.istio.io/v1alpha1', 'values: {global: {tag: 1.25.2-distroless}}', '1.25.2'],
    ['Istio', 'sailoperator.io/v1', 'version: v1.27.3', '1.27.3'],
    ['Istio', 'sailoperator.io/v1', 'version: v1.27-latest', '1.27.9'],
    ['IstioRevision', 'sailoperator.io/v1', 'version: v1.28.0', '1.28.0'],
  ])('is that of the %s of the input, as its %s has it', async (kind, apiVersion, spec, version) => {
    const installation = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: mesh}\nspec: {${spec}}\n`
    const cwd = folderOf({ 'db.yaml': entry(), 'install.yaml': installation, '.vipctl.yaml': CONFIG })
    const { stdout, stderr } = await vipctl('nametable -f .', { cwd })
    expect(stdout.split('\n')[0]).toBe(`# Istio ${version} (${kind} mesh)`)
    expect(stderr).toContain(`Istio ${version}, from ${kind} mesh, not 1.26.8 of .vipctl.yaml`)
  })

  it('is that of the configuration without istiod in the input', async () => {
    const { release, stderr } = await releaseOf({ config: CONFIG })
    expect({ release, stderr }).toEqual({ release: '# Istio 1.26.8 (.vipctl.yaml)', stderr: '' })
  })

  it('is the newest release when nothing states one, which is said', async () => {
    const { release, stderr } = await releaseOf({})
    expect({ release, stderr }).toEqual({ release: '# Istio 1.31.0 (assumed)', stderr: ASSUMED })
  })

  it.each([
    'allocate -f mesh',
    'dig db.example.com -f mesh',
    'conflicts -f mesh',
    'conflicts -A -f mesh',
    'gateways -f mesh',
    'lint mesh',
    'pc listeners -f mesh --explain',
  ])('is in the head of %s', async (command) => {
    const { stdout } = await vipctl(`${command} --istio-version 1.28.3`, { cwd: input({}) })
    expect(stdout).toMatch(/^(# |; )Istio 1\.28\.3$/m)
  })

  it.each(['conflicts -f mesh', 'gateways -f mesh', 'lint mesh'])('is in the data of %s', async (command) => {
    const { stdout } = await vipctl(`${command} -o json`, { cwd: input({ config: CONFIG }) })
    expect(JSON.parse(stdout)).toMatchObject({ istio: { version: '1.26.8', from: 'file' } })
  })

  it('decides the answer', async () => {
    const cwd = input({ config: CONFIG })
    const routesOf = async (...args: readonly string[]) =>
      (await vipctl(['pc', 'clusters', '-f', 'mesh', '-o', 'json', ...args], { cwd })).stdout
    expect(await routesOf()).toContain('trackRemaining')
    expect(await routesOf('--istio-version', 'latest')).not.toContain('trackRemaining')
  })
})

describe('the version of the proxy', () => {
  const pod = (image: string) => `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default, annotations: {sidecar.istio.io/status: '{}'}}
spec:
  containers:
  - {name: app}
  - {name: istio-proxy, image: "${image}"}
`
  const messages = async (image: string, ...args: readonly string[]) => {
    const cwd = folderOf({ 'db.yaml': entry(), 'web.yaml': pod(image) })
    const argv = [
      'nametable',
      '-f',
      '.',
      '--proxy',
      'pod/web',
      '--istio-version',
      '1.27.3',
      '--assume',
      'none',
      ...args,
    ]
    return told(await vipctl(argv, { cwd }))
  }

  it('is that of its image, and is reported when it is another one than that of istiod', async () => {
    expect(await messages('istio/proxyv2:1.27.1')).toBe('')
    expect(await messages('istio/proxyv2:1.25.4')).toBe(
      'note: the proxy is of Istio 1.25.4, istiod of 1.27.3: this is what istiod sends to such a proxy\n' +
        '  hint: choose another with --meta ISTIO_VERSION=VERSION and --istio-version\n',
    )
  })

  it('is warned of when Istio does not support the pair', async () => {
    expect(await messages('istio/proxyv2:1.24.0')).toMatch(
      /^warning: .*support proxies more than 2 minor versions older$/m,
    )
    expect(await messages('istio/proxyv2:1.28.0')).toMatch(/^warning: .*support proxies that are newer than istiod$/m)
  })

  it('may be stated', async () => {
    expect(await messages('istio/proxyv2:1.25.4', '--meta', 'ISTIO_VERSION=1.27.0')).toBe('')
  })
})

describe('a version before 1.24', () => {
  it('is exact in its addresses alone, which is said', async () => {
    const { stdout, stderr, code } = await vipctl('allocate -f mesh --istio-version 1.19', { cwd: input({}) })
    expect(stdout).toContain('# Istio 1.19.10\n')
    expect(stderr).toContain(
      'warning: automatic addresses are those of Istio 1.19.10, everything else is that of 1.24\n',
    )
    expect(code).toBe(0)
    expect((await vipctl('allocate -f mesh --istio-version 1.24.0', { cwd: input({}) })).stderr).toBe('')
  })

  it('changes addresses on the way to 1.20', async () => {
    const { stdout } = await vipctl('lint mesh --from-version 1.19 --istio-version 1.20', { cwd: input({}) })
    expect(stdout).toMatch(/vip-changes-on-upgrade/)
    expect(stdout).toMatch(/with Istio 1\.19\.10 and .* with Istio 1\.20\.8/)
  })
})

describe('a version that is not known', () => {
  it('gives way to the newest patch that is', async () => {
    const { release, stderr, code } = await releaseOf({}, '--istio-version', '1.27.42')
    expect({ release, code }).toEqual({ release: '# Istio 1.27.9', code: 0 })
    expect(stderr).toBe(
      'warning: --istio-version: Istio 1.27.42 is newer than 1.27.9, the newest patch of 1.27 that vipctl knows: 1.27.9 applies\n',
    )
  })

  it('gives way to the patch before it when it was skipped', async () => {
    const { release, stderr } = await releaseOf({}, '--istio-version', '1.18.4')
    expect(release).toBe('# Istio 1.18.3')
    expect(stderr).toContain('Istio 1.18.4 was never released: 1.18.3 applies')
  })

  it('of istiod in the input gives way to the nearest one', async () => {
    const { release, stderr, code } = await releaseOf({ image: 'istio/pilot:1.40.0' })
    expect({ release, code }).toEqual({ release: '# Istio master (Deployment istiod)', code: 0 })
    expect(stderr).toMatch(
      /^warning: mesh\/istiod\.yaml:1:1: Istio 1\.40\.0 of Deployment istiod is newer than 1\.32, the version of master: master applies$/m,
    )
  })

  it.each([
    ['istio/pilot:latest', 'it has the image "istio/pilot:latest"'],
    ['istio/pilot:nightly-5', 'it has the image "istio/pilot:nightly-5"'],
    ['istio/pilot@sha256:0123', 'it has the image "istio/pilot@sha256:0123", a digest without a version'],
    ['', 'it has no image'],
  ])('of the image %j is assumed to be the newest release', async (image, why) => {
    const { release, stderr, code } = await releaseOf({ image })
    expect({ release, code }).toEqual({ release: '# Istio 1.31.0 (assumed)', code: 0 })
    expect(stderr).toBe(
      `warning: mesh/istiod.yaml:1:1: Deployment istiod does not tell the version of Istio: ${why}; 1.31.0 is assumed\n  hint: state the version with --istio-version\n`,
    )
  })

  it.each([
    ['istio: {version: newest}\n', /^error: \.vipctl\.yaml:1:18: istio\.version: "newest" is not a version$/m],
    ['istio: {version: "1.40"}\n', /^error: \.vipctl\.yaml:1:18: istio\.version: Istio 1\.40\.0 is newer than 1\.32/m],
    ['istio: {version: 1.30}\n', /^error: \.vipctl\.yaml:1:18: istio\.version must be a text: .*"1\.30"$/m],
    ['istio: {version: "1.30"\n', /^error: \.vipctl\.yaml:\d+:\d+: /m],
  ])('of the configuration %j is an error', async (config, message) => {
    const { stderr, code } = await releaseOf({ config })
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('of the configuration does not matter to a command line that has one', async () => {
    const { stderr, code } = await releaseOf({ config: 'istio: {version: newest}\n' }, '--istio-version', '1.30')
    expect({ said: told({ stderr }), code }).toEqual({ said: '', code: 0 })
  })
})
