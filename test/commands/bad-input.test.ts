import { describe, expect, it } from 'vitest'
import { UNSAFE } from '../support/hidden.ts'
import { CAPTURE, documents, entry, folderOf, type Ran, told, vipctl, type World } from './cli.ts'

const QUESTION = 'dig db.example.com --short --meta DNS_CAPTURE=true'

/** Mistakes in the input never print a stack trace. */
function expectNoStack({ stdout, stderr }: Ran): void {
  expect(stdout + stderr).not.toMatch(/^\s+at .*[(:]/m)
  expect(stderr).not.toContain('internal error')
}

async function read(files: Readonly<Record<string, string | Buffer>>, path: string, world: World = {}): Promise<Ran> {
  const ran = await vipctl([...QUESTION.split(' '), '-f', path], { cwd: folderOf(files), ...world })
  expectNoStack(ran)
  return ran
}

const expandingAliases = (): string => {
  const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`)
  return `a0: &a0 [x]\n${levels.join('\n')}\n`
}

describe('files that cannot be read as manifests', () => {
  it('names a missing file, and the nearest one', async () => {
    const { code, stderr, stdout } = await read({ 'mesh.yaml': entry() }, 'mash.yaml')
    expect(stderr).toContain('error: ')
    expect(stderr).toContain('mash.yaml')
    expect(stderr).toMatch(/hint: .*mesh\.yaml/)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it.each([
    [['lint', '']],
    [['conflicts', 'mesh.yaml', '']],
    [['test', '']],
    [['dig', 'db.example.com', '-f', '']],
    [['dig', 'db.example.com', '-f', 'mesh.yaml', '--base=']],
    [['dig', 'db.example.com', '-f', 'mesh.yaml', '--mesh-config', '']],
    [['dig', 'db.example.com', '-f', 'mesh.yaml', '--remote', 'west=']],
    [['snapshot', '-f', 'mesh.yaml', '--out-dir', '']],
  ])('are not those of the working directory when a variable of the shell is empty: %j', async (argv) => {
    const { code, stdout, stderr } = await vipctl(argv, { cwd: folderOf({ 'mesh.yaml': entry() }) })
    expect(stderr).toMatch(/^error: .* is invalid.* The path is empty\.\n$/)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('are of the default namespace when -n is empty', async () => {
    const files = { 'mesh.yaml': documents(CAPTURE, entry({ namespace: 'shop' })) }
    const ran = await vipctl(['nametable', '-f', 'mesh.yaml', '-n', ''], { cwd: folderOf(files) })
    expect(told(ran)).not.toContain('the input has no such namespace')
    expect(ran.stdout).toContain('synthetic sidecar in namespace default')
  })

  it('answers from the files that are there', async () => {
    const cwd = folderOf({ 'mesh.yaml': entry() })
    const { code, stdout } = await vipctl(`${QUESTION} -f mesh.yaml -f nowhere.yaml`, { cwd })
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(2)
  })

  it('says that a file is empty', async () => {
    const { code, stderr } = await read({ 'empty.yaml': '' }, 'empty.yaml')
    expect(stderr).toContain('error: empty.yaml: holds no objects')
    expect(code).toBe(2)
  })

  it('refuses a directory without manifests', async () => {
    const { code, stderr } = await read({ 'sub/readme.txt': 'x' }, 'sub')
    expect(stderr).toMatch(/^error: .*sub/m)
    expect(code).toBe(2)
  })

  it('names the line of broken YAML in the third document and takes the others', async () => {
    const broken = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: "broken\n'
    const { code, stdout, stderr } = await read({ 'm.yaml': documents(CAPTURE, entry(), broken) }, 'm.yaml')
    expect(stderr).toMatch(/^error: m\.yaml:2[0-9]+:\d+: /m)
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(2)
  })

  it('takes what stands after a broken document', async () => {
    const { code, stdout } = await read({ 'm.yaml': documents('a: [\n', entry()) }, 'm.yaml')
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(2)
  })

  it('names the line of a tab', async () => {
    const { code, stderr } = await read({ 'm.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: x\n' }, 'm.yaml')
    expect(stderr).toMatch(/^error: m\.yaml:4:\d+: .*tab/im)
    expect(code).toBe(2)
  })

  it('names the line of a duplicate key, and lets the later one count', async () => {
    const text = entry().replace('  name: db\n', '  name: first\n  name: db\n')
    const { code, stdout, stderr } = await read({ 'm.yaml': text }, 'm.yaml')
    expect(stderr).toMatch(/^error: m\.yaml:5:\d+: duplicate key "name"/m)
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(2)
  })

  it('refuses aliases that expand without end', async () => {
    const { code, stderr } = await read({ 'm.yaml': expandingAliases() }, 'm.yaml')
    expect(stderr).toMatch(/^error: m\.yaml/m)
    expect(code).toBe(2)
  })

  it('refuses a document that is not a mapping', async () => {
    const { code, stderr, stdout } = await read({ 'm.yaml': documents('hello\n', entry()) }, 'm.yaml')
    expect(stderr).toMatch(/^error: m\.yaml:1:\d+: /m)
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(2)
  })

  it('takes __proto__ for a key like any other', async () => {
    const text = entry({ spec: '  resolution: DNS\n  __proto__: {polluted: true}\n  constructor: x' })
    const { code, stdout, stderr } = await read({ 'm.yaml': text }, 'm.yaml')
    expect(stdout).toBe('240.240.0.1\n')
    expect(stderr).toContain('__proto__')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(code).toBe(0)
  })

  it('names the place of bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('a: b\nc: '), Buffer.from([0xff, 0xfe, 0xfd])])
    const { code, stderr } = await read({ 'm.yaml': bytes }, 'm.yaml')
    expect(stderr).toMatch(/^error: m\.yaml:2:4: .*UTF-8/m)
    expect(code).toBe(2)
  })

  it('reads standard input and names it', async () => {
    const { code, stdout, stderr } = await read({}, '-', { stdin: documents(entry(), 'kind: Service\n') })
    expect(stderr).toMatch(/^error: <stdin>:\d+:1: /m)
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(2)
  })
})

describe('objects', () => {
  it('says which of two objects of one name counts', async () => {
    const { code, stderr, stdout } = await read(
      { 'm.yaml': documents(entry({ host: 'old.example.com' }), entry()) },
      'm.yaml',
    )
    expect(stderr).toMatch(
      /^warning: m\.yaml:\d+:1: ServiceEntry default\/db replaces the one at m\.yaml:1: the later one wins$/m,
    )
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(0)
  })

  it('leaves out what istiod rejects, which is not an error of the input', async () => {
    const bad = entry({ name: 'bad', host: 'bad.example.com', spec: '  resolution: STATIC\n  addresses: [nonsense]' })
    const { code, stderr, stdout } = await read({ 'm.yaml': documents(entry(), bad) }, 'm.yaml')
    expect(stderr).toMatch(
      /^warning: m\.yaml:26:\d+: istiod rejects ServiceEntry default\/bad: .*nonsense.* \(left out\)$/m,
    )
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(0)
  })

  it('names the field that is unknown, and the nearest one', async () => {
    const { stderr, code } = await read(
      { 'm.yaml': entry({ spec: '  resolution: DNS\n  exportsTo: ["."]' }) },
      'm.yaml',
    )
    expect(stderr).toMatch(/^warning: m\.yaml:13:3: .*exportsTo/m)
    expect(stderr).toContain('exportTo')
    expect(code).toBe(0)
  })

  it('says what it does not model', async () => {
    const backend = 'apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: UDPRoute\nmetadata: {name: lua}\nspec: {}\n'
    const cwd = folderOf({ 'm.yaml': documents(entry(), backend) })
    const { stderr, code } = await vipctl('conflicts -f m.yaml', { cwd })
    expect(stderr).toMatch(/^warning: not modelled: UDPRoute default\/lua \(m\.yaml:14\): /m)
    expect(code).toBe(0)
  })

  it('counts what there is too much of, and prints all of it with --verbose', async () => {
    const bad = Array.from({ length: 30 }, (_, i) =>
      entry({ name: `bad-${i}`, host: `bad-${i}.example.com`, spec: '  resolution: STATIC\n  addresses: [nonsense]' }),
    )
    const cwd = folderOf({ 'm.yaml': documents(...bad) })
    const few = await vipctl('allocate -f m.yaml', { cwd })
    expect(few.stderr.match(/istiod rejects ServiceEntry default\/bad-\d+/g)?.length).toBeLessThan(30)
    expect(few.stderr).toMatch(/^warning: 10 more like: istiod rejects /m)
    const all = await vipctl('allocate -f m.yaml --verbose', { cwd })
    expect(new Set(all.stderr.match(/ServiceEntry default\/bad-\d+/g)).size).toBe(30)
  })

  it('says nothing with --quiet but errors', async () => {
    const cwd = folderOf({ 'm.yaml': documents(entry(), entry(), 'a: [\n') })
    const { stderr, code } = await vipctl(`${QUESTION} -f m.yaml -q`, { cwd })
    expect(stderr).not.toContain('warning:')
    expect(stderr).toMatch(/^error: m\.yaml:\d+:\d+: /m)
    expect(code).toBe(2)
  })
})

describe('control characters of manifests', () => {
  const evil = (): string =>
    entry({
      name: '"db\\e[31m"',
      namespace: '"a\\u202eb\\x9b0m"',
      host: '"db\\a.example.com"',
      spec: '  resolution: DNS\n  "\\e]0;x\\a": 1',
    })
  const UNKNOWN = 'apiVersion: example.com/v1\nkind: "Paint\\e[31m"\nmetadata: {name: a}\n'
  // An object without a usable name is skipped; other mistakes of this one are reported.
  const named = (): string => entry({ name: 'db', host: '"db\\a.example.com"', spec: '  "\\e]0;x\\a": 1' })

  it.each(['allocate', 'nds', 'dig db.example.com', 'allocate -o json', 'allocate -o yaml', 'dump -o yaml', 'dump'])(
    'never reach a terminal: %s',
    async (line) => {
      const cwd = folderOf({ 'm.yaml': documents(evil(), named(), UNKNOWN, CAPTURE) })
      const { stdout, stderr } = await vipctl(`${line} -f m.yaml --verbose`, { cwd })
      expect(stdout).not.toMatch(UNSAFE)
      expect(stderr).not.toMatch(UNSAFE)
      expect(stderr).toContain('\\x1b')
    },
  )

  it('are shown in what a mistake on the command line repeats', async () => {
    const { stderr } = await vipctl(['dig', 'x', '--\u001b[31m'])
    expect(stderr).toContain('--\\x1b[31m')
  })
})

describe('proxies', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web-1, namespace: shop, labels: {app: web}}\nstatus: {podIP: 10.244.0.7}\n'

  it('names the nearest ones when there is none of that name', async () => {
    const cwd = folderOf({ 'm.yaml': documents(entry(), pod) })
    const { stderr, stdout, code } = await vipctl('nds -f m.yaml --proxy pod/wed-1.shop', { cwd })
    expect(told({ stderr })).toBe(
      'error: no proxy "pod/wed-1.shop" in namespace default\n  hint: did you mean web-1.shop?\n',
    )
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('takes a Pod, and says which', async () => {
    const cwd = folderOf({ 'm.yaml': documents(entry(), pod) })
    const { stdout } = await vipctl('nds -f m.yaml --proxy web-1 -n shop', { cwd })
    expect(stdout).toContain('# proxy: sidecar of Pod shop/web-1, DNS capture off\n')
  })

  it.each([
    ['{"id": "sidecar"}', 'does not have four parts'],
    ['{"metadata": {}}', 'is not an Envoy node: it has no id'],
    ['[1]', 'error: '],
    ['id: sidecar~10.0.0.1~a.b~b.svc.cluster.local\nmetadata: {DNS_CAPTURE: true}\n', 'write "true" in quotes'],
    ['id: sidecar~10.0.0.1~a.b~b.svc.cluster.local\nmetadata: {DNS_CAPTURE: "maybe"}\n', 'which is not a boolean'],
    ['', 'nothing to read there'],
  ])('refuses a node file that is none: %s', async (text, message) => {
    const cwd = folderOf({ 'm.yaml': entry(), 'node.yaml': text })
    const ran = await vipctl('nds -f m.yaml --node node.yaml', { cwd })
    expect(ran.stderr).toContain(message)
    expectNoStack(ran)
    expect(ran.code).toBe(2)
  })

  it('says when its cluster is not in the input', async () => {
    const { stderr, code } = await vipctl('nds -f fixtures/quickstart --meta CLUSTER_ID=north')
    expect(stderr).toMatch(/^warning: the proxy's cluster "north" is not in the input: Kubernetes$/m)
    expect(code).toBe(0)
  })
})

describe('settings', () => {
  it.each([
    ['nds', 'error: no input: neither files nor a cluster\n'],
    ['nds -f', "error: option '-f, --filename <path>' argument missing\n"],
    ['nds --filname x', "error: unknown option '--filname'\n(Did you mean --filename?)\n"],
    ['nds -f x -o jsn', "error: option '-o, --output <format>' argument 'jsn' is invalid. Did you mean json?\n"],
    [
      'nds -f x --istiod-env PILOT',
      "option '--istiod-env <key=value>' argument 'PILOT' is invalid. The form is KEY=VALUE.",
    ],
    ['nds -f x --istiod-env A-B=1', '"A-B" is not a valid environment variable name.'],
    [
      'nds -f x --istiod-env PILOT_ENABLE_IP_AUTOALLOCATE=maybe',
      'error: --istiod-env PILOT_ENABLE_IP_AUTOALLOCATE: "maybe" is not a boolean (true or false)\n',
    ],
    [
      'nds -f x --istio-version newest',
      'error: --istio-version: "newest" is not a version\n  hint: such as 1.27, 1.27.9, latest or master\n',
    ],
    [
      'nds -f x --istio-version lastest',
      'error: --istio-version: "lastest" is not a version\n  hint: did you mean latest?\n',
    ],
    [
      'nds -f x --istio-version 1.40',
      'error: --istio-version: Istio 1.40.0 is newer than 1.32, the version of master\n  hint: the nearest is master\n',
    ],
    [
      'lint x --from-version 0.8',
      'error: --from-version: Istio 0.8.0 is older than 1.0.0\n  hint: the nearest is 1.0.0\n',
    ],
    ['nds -f x --remote west', 'The form is ID=PATH.'],
    ['nds -f x --remote Kubernetes=y', "error: --remote Kubernetes: this is the local cluster's ID\n"],
    ['nds -f x --remote a=y --remote a=z', 'error: --remote a is given twice\n'],
    ['nds -f x --cluster-id a --remote a=z', "error: --remote a: this is the local cluster's ID\n"],
    ['nds -f x --join vm=10.0.0.1', 'The form is NAMESPACE/GROUP=IP.'],
    ['nds -f x --proxy a --node b', 'error: --proxy and --node exclude each other\n'],
    ['nds -f fixtures/quickstart --meta DNS_CAPTURE=maybe', 'metadata DNS_CAPTURE is "maybe", which is not a boolean'],
    ['nds -f fixtures/quickstart --mesh-config nowhere.yaml', 'nowhere.yaml'],
    ['nds -f fixtures/quickstart --color sometimes', "argument 'sometimes' is invalid"],
  ])('%s', async (line, message) => {
    const ran = await vipctl(line)
    expect(ran.stderr).toContain(message)
    expect(ran.stdout).toBe('')
    expectNoStack(ran)
    expect(ran.code).toBe(2)
  })
})

describe('--join', () => {
  const group = `apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vms, namespace: vm}
spec:
  metadata: {labels: {app: myvmapi}}
  template: {ports: {http: 8080}}
  probe: {httpGet: {port: 8080}}
`
  const vm = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: my-vm, namespace: vm}
spec:
  hosts: [my-vm.com]
  location: MESH_INTERNAL
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  workloadSelector: {labels: {app: myvmapi}}
`

  it('adds the WorkloadEntries that auto-registration would write', async () => {
    const cwd = folderOf({ 'm.yaml': documents(group, vm) })
    const { stdout, stderr } = await vipctl('dump -f m.yaml --join vm/vms=10.0.0.5 --join vm/vms=10.0.0.6', { cwd })
    const { eds } = JSON.parse(stdout)
    expect(told({ stderr })).toBe('')
    expect(JSON.stringify(eds)).toContain('"address":"10.0.0.5","portValue":8080')
    expect(JSON.stringify(eds)).toContain('"address":"10.0.0.6","portValue":8080')
  })

  it('names the nearest group when there is none, and refuses what is not an address', async () => {
    const cwd = folderOf({ 'm.yaml': documents(group, vm) })
    const wrong = await vipctl('nds -f m.yaml --join vm/vmz=10.0.0.5', { cwd })
    expect(told(wrong)).toBe('error: --join: no WorkloadGroup vm/vmz\n  hint: did you mean vm/vms?\n')
    expect(wrong.code).toBe(2)
    const address = await vipctl('nds -f m.yaml --join vm/vms=here', { cwd })
    expect(told(address)).toBe('error: --join: "here" is not an IP address\n')
    expect(address.code).toBe(2)
  })
})
