import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadMesh, MeshMemory } from '../../src/library/node/main.ts'
import type { FileOptions, Mesh } from '../../src/library/types/index.ts'
import { temporaryFolder } from '../support/folders.ts'

const entry = (name: string): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [${name}.example.com]
  ports: [{number: 3306, name: tcp, protocol: TCP}]
  resolution: DNS
`

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const hostsOf = (mesh: Mesh): readonly string[] => mesh.allocate().map(({ host }) => host)

const FILES = {
  'mesh/a.yaml': entry('a'),
  'mesh/b.yaml': entry('b'),
  'mesh/sub/c.yaml': entry('c'),
  'mesh/sub/ignored.yaml': entry('ignored'),
  'mesh/notes.txt': 'no manifest',
  '.vipctlignore': 'ignored.yaml',
  '.vipctl.yaml': 'inputs: nowhere/\n',
}

describe('files', () => {
  const cwd = folderOf(FILES)
  const load = (options: FileOptions): Promise<Mesh> => loadMesh({ cwd, ...options })

  it('are those of folders, patterns and paths, as -f takes them', async () => {
    expect(hostsOf(await load({ files: ['mesh'] }))).toEqual(['a.example.com', 'b.example.com'])
    expect(hostsOf(await load({ files: ['mesh'], recursive: true }))).toEqual([
      'a.example.com',
      'b.example.com',
      'c.example.com',
    ])
    expect(hostsOf(await load({ files: ['mesh/**/*.yaml'], exclude: ['b.yaml'] }))).toEqual([
      'a.example.com',
      'c.example.com',
    ])
    expect(hostsOf(await load({ files: ['mesh/b.yaml', 'mesh/b.yaml'] }))).toEqual(['b.example.com'])
  })

  it('have their paths in places', async () => {
    const [first] = (await load({ files: ['mesh/a.yaml'] })).allocate()
    expect(first?.location).toEqual({ file: 'mesh/a.yaml', line: 5, column: 11 })
  })

  it('go together with texts', async () => {
    const texts = [{ name: 'rendered.yaml', text: entry('rendered') }]
    expect(hostsOf(await load({ files: ['mesh'], texts }))).toEqual([
      'a.example.com',
      'b.example.com',
      'rendered.example.com',
    ])
  })

  it('that do not exist are problems', async () => {
    const mesh = await load({ files: ['mesh/a.yaml', 'none.yaml', 'none/*.yaml'] })
    expect(mesh.problems.map(({ severity, location }) => [severity, location?.file])).toEqual([
      ['error', 'none.yaml'],
      ['error', 'none/*.yaml'],
    ])
    expect(hostsOf(mesh)).toEqual(['a.example.com'])
  })

  it('are read again with a memory', async () => {
    const folder = folderOf({ 'a.yaml': entry('a') })
    const memory = new MeshMemory()
    const again = (): Promise<Mesh> =>
      loadMesh({ cwd: folder, files: ['.'], memory, texts: [{ name: 't.yaml', text: entry('t') }] })
    expect(hostsOf(await again())).toEqual(['a.example.com', 't.example.com'])
    writeFileSync(join(folder, 'a.yaml'), `${entry('other')}---\n${entry('a')}`)
    expect(hostsOf(await again())).toEqual(['other.example.com', 'a.example.com', 't.example.com'])
  })

  it('are not read after the signal is aborted', async () => {
    const controller = new AbortController()
    const loading = load({ files: ['mesh'], recursive: true, signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(loading).rejects.toThrow('enough')
  })
})

describe('the mesh configuration', () => {
  const cwd = folderOf({
    ...FILES,
    'config.yaml': 'defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}}\n',
  })

  it('comes from a file or a text', async () => {
    const [file, text, none] = await Promise.all([
      loadMesh({ cwd, files: ['mesh'], meshConfig: 'config.yaml' }),
      loadMesh({ cwd, files: ['mesh'], meshConfig: { name: 'x', text: 'rootNamespace: shop\n' } }),
      loadMesh({ cwd, files: ['mesh'] }),
    ])
    expect([file, text, none].map((mesh) => mesh?.proxy().dnsCapture)).toEqual([true, false, false])
  })

  it('must exist', async () => {
    const loading = loadMesh({ cwd, files: ['mesh'], meshConfig: 'none.yaml' })
    await expect(loading).rejects.toThrow(/^loadMesh: meshConfig none\.yaml: /)
  })
})

describe('remote clusters', () => {
  const service = (address: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: ${address}, ports: [{port: 80}]}\n`
  const cwd = folderOf({ 'west/web.yaml': service('10.0.0.1'), 'east/web.yaml': service('10.1.0.1') })

  it('have their own addresses of Services', async () => {
    const mesh = await loadMesh({ cwd, files: ['west'], remotes: { east: 'east' }, clusterId: 'west' })
    const addresses = ['west', 'east'].map(
      (CLUSTER_ID) => mesh.proxy({ metadata: { CLUSTER_ID } }).nameTable()[0]?.addresses,
    )
    expect(addresses).toEqual([['10.0.0.1'], ['10.1.0.1']])
  })

  it('may be texts', async () => {
    const texts = [{ name: 'east.yaml', text: service('10.1.0.1'), cluster: 'east' }]
    const mesh = await loadMesh({ cwd, files: ['west'], texts, clusterId: 'west' })
    expect(mesh.proxy({ metadata: { CLUSTER_ID: 'east' } }).nameTable()[0]?.addresses).toEqual(['10.1.0.1'])
  })

  it('that the mesh does not have are a problem of the proxy', async () => {
    const mesh = await loadMesh({ cwd, files: ['west'], clusterId: 'west' })
    const [problem] = mesh.proxy({ metadata: { CLUSTER_ID: 'north' } }).problems
    expect(problem?.message).toBe(`the proxy's cluster "north" is not in the input: west`)
  })
})
