import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/folders.ts'
import { ENTRIES, ROOT } from './bundle.ts'

/** A program that names every type and calls every function. */
const PROGRAM = `
import { loadMesh, MeshMemory, UserError } from 'vipctl'
import type * as vipctl from 'vipctl'
import { loadMesh as loadTexts } from 'vipctl/browser'

const memory = new MeshMemory()
const signal: vipctl.CancelSignal = { aborted: false }
const mesh: vipctl.Mesh = await loadMesh({ files: ['mesh/'], remotes: { east: 'east/' }, memory, signal })
const problem: vipctl.Problem | undefined = mesh.problems[0]
const line: number | undefined = problem?.location?.line
const vips: readonly vipctl.HostAddresses[] = mesh.allocate()
const place: vipctl.Place | undefined = vips[0]?.location
const listed: readonly vipctl.ListedProxy[] = mesh.proxies()
const proxy: vipctl.Proxy = mesh.proxy({ labels: { app: 'web' } })
const names: readonly vipctl.NameRecord[] = proxy.nameTable()
const answer: vipctl.ExplainedDnsAnswer = proxy.dig('a.example.com', 'AAAA')
const listeners: readonly vipctl.EnvoyResource[] = proxy.resources().listeners
const resource: vipctl.JsonObject | undefined = listeners[0]?.resource
const conflicts: vipctl.ConflictReport = proxy.conflicts({ fixes: false })
const trace: vipctl.Trace = proxy.trace({ address: 'a', port: 80, http: { headers: { a: 'b' } } }, { from: 'outside' })
const report: vipctl.LintReport = mesh.lint({ rules: { 'a-*': 'off' }, dnsCapture: true })
const hint: string | undefined = new UserError('message', 'hint').hint
const texts: vipctl.Mesh = await loadTexts({ texts: [{ name: 'a.yaml', text: '' }] })
export { answer, conflicts, hint, line, listed, names, place, report, resource, texts, trace }

// @ts-expect-error a browser has no files
await loadTexts({ files: ['mesh/'] })
// @ts-expect-error a memory is an object of its own class
await loadMesh({ files: ['mesh/'], memory: {} })
// @ts-expect-error there is no such level
mesh.lint({ rules: { 'a-*': 'fatal' } })
`

const BASE: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
}

const RESOLUTIONS: readonly (readonly [string, ts.CompilerOptions])[] = [
  ['node16', { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }],
  ['nodenext', { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
  ['bundler', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
]

describe('the declarations', () => {
  const folder = temporaryFolder()
  const program = join(folder, 'program.ts')
  let declarations: ReadonlyMap<string, string>

  beforeAll(async () => {
    // A script of the build, in JavaScript.
    const script = pathToFileURL(join(ROOT, 'bin', 'library-types.mjs')).href
    const { libraryTypes } = (await import(script)) as {
      libraryTypes(entries: Readonly<Record<string, string>>): ReadonlyMap<string, string>
    }
    const entries = {
      library: join(ROOT, ENTRIES.vipctl ?? ''),
      'library-browser': join(ROOT, ENTRIES['vipctl/browser'] ?? ''),
    }
    declarations = libraryTypes(entries)
    const installed = join(folder, 'node_modules', 'vipctl')
    mkdirSync(join(installed, 'dist', 'types'), { recursive: true })
    for (const [name, text] of declarations) writeFileSync(join(installed, 'dist', 'types', name), text)
    writeFileSync(join(installed, 'package.json'), readFileSync(join(ROOT, 'package.json')))
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
    writeFileSync(program, PROGRAM)
  })

  it.each(RESOLUTIONS)('fit a strict program with moduleResolution %s', (_, options) => {
    const found = ts.getPreEmitDiagnostics(ts.createProgram([program], { ...BASE, ...options }))
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
  })

  it('import only each other', () => {
    const imported = [...declarations.values()].flatMap((text) =>
      [...text.matchAll(/(?:from|import\()\s*'([^']*)'/g)].map(([, path = '']) =>
        path.replace(/^\.\/(.*)\.js$/, '$1.d.ts'),
      ),
    )
    expect(imported.filter((name) => !declarations.has(name))).toEqual([])
    expect(imported.length).toBeGreaterThan(10)
  })

  it('document every type and function', () => {
    const undocumented = [...declarations].flatMap(([file, text]) =>
      [...text.matchAll(/^(?!\s*\/?\*)(.*)\n(export (?:declare )?(?:interface|type|class|function) \w+)/gm)]
        .filter(([, before = '']) => !before.endsWith('*/'))
        .map(([, , what]) => `${file}: ${what}`),
    )
    expect(undocumented).toEqual([])
  })
})
