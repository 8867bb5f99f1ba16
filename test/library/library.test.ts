import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { type BuildOptions, build } from 'esbuild'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const QUICKSTART = join(ROOT, 'fixtures', 'quickstart')

/** The library bundled for a browser. */
async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/library.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}

/** Everything in the files of folders of src/. */
const allOf = (folders: readonly string[]): string =>
  globSync(
    folders.map((folder) => `src/${folder}/**/*.ts`),
    { cwd: ROOT },
  )
    .map((path, index) => `export * as file${index} from './${path}'`)
    .join('\n')

describe('the answers and formats', () => {
  it('are bundled for a browser without anything of Node', async () => {
    const contents = allOf(['answers', 'formats'])
    expect(contents).toContain('answers/trace/graph.ts')
    const text = await bundle({ entryPoints: [], stdin: { contents, resolveDir: ROOT }, format: 'esm' })
    expect(text.match(/(?:from |require\()["']node:[^"']*/g)).toBeNull()
  })
})

describe('the library in a browser', () => {
  /** Without Node's globals: those of the language, and the few of browsers that the library may use. */
  const browser = createContext({ TextEncoder, TextDecoder, atob, btoa })

  /** Evaluates an expression; only JSON leaves the browser. */
  const evaluate = (expression: string): unknown =>
    JSON.parse(runInContext(`JSON.stringify(${expression})`, browser) as string)

  beforeAll(async () => {
    runInContext(await bundle({ format: 'iife', globalName: 'vipctl' }), browser)
    const files = readdirSync(QUICKSTART).map((name) => ({ name, text: readFileSync(join(QUICKSTART, name), 'utf8') }))
    runInContext(
      `const { documents, problems } = vipctl.parseManifests(${JSON.stringify(files)})
      const snapshot = vipctl.buildSnapshot(documents)
      const mesh = vipctl.computeMesh(snapshot)
      const view = vipctl.proxyView(mesh, { namespace: 'default' })
      const resources = vipctl.buildEnvoyResources(view)`,
      browser,
    )
  })

  it('has no globals of Node to use', () => {
    expect(evaluate('[typeof process, typeof Buffer, typeof require, typeof setTimeout]')).toEqual(
      Array.from({ length: 4 }, () => 'undefined'),
    )
  })

  it('reads manifests', () => {
    expect(evaluate('[problems, snapshot.problems, snapshot.verdicts, documents.length]')).toEqual([[], [], [], 11])
  })

  it('computes the name table and answers', () => {
    expect(evaluate('[...vipctl.computeNameTable(view).keys()]')).toEqual([
      'archive.db.example.com',
      'orders.db.example.com',
      'productpage.default.svc.cluster.local',
      'ratings-0.ratings.default.svc.cluster.local',
      'ratings.default.svc.cluster.local',
      'reviews.default.svc.cluster.local',
      'users.db.example.com',
    ])
    const answer = `vipctl.computeLookupTable(view).lookup('orders.db.example.com', 'A')`
    expect(evaluate(`${answer}.records.map(({ data }) => data)`)).toEqual(['240.240.0.1'])
  })

  it('computes listeners, clusters, endpoints and routes', () => {
    expect(evaluate('resources.listeners.listeners.map(({ resource }) => resource.name)')).toEqual([
      '0.0.0.0_443',
      '198.51.100.20_5432',
      '240.240.0.1_3306',
      '0.0.0.0_9080',
      '10.244.1.20_27017',
      '240.240.0.2_3306',
      'virtualOutbound',
      'virtualInbound',
    ])
    expect(evaluate('resources.clusters.map(({ resource }) => resource.name)')).toContain(
      'outbound|3306||orders.db.example.com',
    )
    expect(evaluate('[resources.endpoints.length, resources.routes.map(({ resource }) => resource.name)]')).toEqual([
      4,
      ['9080'],
    ])
  })

  it('finds conflicts', () => {
    const found = `vipctl.findConflicts(vipctl.proxyView(mesh, { metadata: new Map([['DNS_CAPTURE', 'false']]) }))`
    const hosts = '({ winner, losers }) => [winner.host, ...losers.map(({ host }) => host)]'
    expect(evaluate(`${found}.conflicts.map(${hosts})`)).toEqual([['orders.db.example.com', 'users.db.example.com']])
  })

  it('lints', () => {
    const finding = '({ rule, location }) => [rule, location.position().line]'
    expect(evaluate(`vipctl.lintSnapshot(snapshot).map(${finding})`)).toEqual([
      ['selector-matches-nothing', 10],
      ['selector-matches-nothing', 23],
      ['wildcard-without-vip', 79],
    ])
  })
})

describe('docs/library.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-library-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has examples that print what the page says', async () => {
    const page = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8')
    const library = join(folder, 'library.mjs')
    writeFileSync(library, await bundle({ format: 'esm' }))
    const blocks = (language: string) =>
      [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)
    const printed = blocks('js').map((code, index) => {
      const example = join(folder, `example-${index}.mjs`)
      writeFileSync(example, code.replace("'vipctl'", JSON.stringify(pathToFileURL(library).href)))
      return execFileSync(process.execPath, [example], { encoding: 'utf8' })
    })
    expect(printed).toEqual(blocks('text'))
    expect(printed.length).toBeGreaterThan(1)
  })
})
