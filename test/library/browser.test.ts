import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { globSync } from 'tinyglobby'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundle, ENTRIES, ROOT } from './bundle.ts'

const QUICKSTART = join(ROOT, 'fixtures', 'quickstart')

/** Everything in the files of folders of src/. */
const allOf = (folders: readonly string[]): string =>
  globSync(
    folders.map((folder) => `src/${folder}/**/*.ts`),
    { cwd: ROOT },
  )
    .map((path, index) => `export * as file${index} from './${path}'`)
    .join('\n')

/** What a bundle imports of Node. */
const ofNode = (text: string): readonly string[] => text.match(/(?:from |require\()["']node:[^"']*/g) ?? []

describe('the answers and formats', () => {
  it('are bundled for a browser without anything of Node', async () => {
    const contents = allOf(['answers', 'formats'])
    expect(contents).toContain('answers/trace/graph.ts')
    const text = await bundle({ entryPoints: [], stdin: { contents, resolveDir: ROOT }, format: 'esm' })
    expect(ofNode(text)).toEqual([])
  })
})

describe('the library in a browser', () => {
  /** Without Node's globals: those of the language, and the few of browsers that the library may use. */
  const browser = createContext({ TextEncoder, TextDecoder, atob, btoa })

  /** Evaluates an expression; only JSON leaves the browser. */
  const evaluate = (expression: string): unknown =>
    JSON.parse(runInContext(`JSON.stringify(${expression})`, browser) as string)

  beforeAll(async () => {
    const entry = ENTRIES['vipctl/browser'] ?? ''
    const text = await bundle({ entryPoints: [entry], format: 'iife', globalName: 'vipctl' })
    expect(ofNode(text)).toEqual([])
    runInContext(text, browser)
    const texts = readdirSync(QUICKSTART).map((name) => ({ name, text: readFileSync(join(QUICKSTART, name), 'utf8') }))
    await runInContext(
      `var mesh, proxy
      vipctl.loadMesh({ texts: ${JSON.stringify(texts)} }).then((loaded) => {
        mesh = loaded
        proxy = mesh.proxy({ metadata: { DNS_CAPTURE: 'true' } })
      })`,
      browser,
    )
  })

  it('has no globals of Node to use', () => {
    expect(evaluate('[typeof process, typeof Buffer, typeof require, typeof setTimeout]')).toEqual(
      Array.from({ length: 4 }, () => 'undefined'),
    )
  })

  it('reads manifests', () => {
    expect(evaluate('[mesh.problems, mesh.istio.from, mesh.allocate().length, mesh.proxies().length]')).toEqual([
      [],
      'assumed',
      5,
      1,
    ])
  })

  it('computes the name table and answers', () => {
    expect(evaluate('proxy.nameTable().map(({ host }) => host)')).toEqual([
      'archive.db.example.com',
      'orders.db.example.com',
      'productpage.default.svc.cluster.local',
      'ratings-0.ratings.default.svc.cluster.local',
      'ratings.default.svc.cluster.local',
      'reviews.default.svc.cluster.local',
      'users.db.example.com',
    ])
    expect(evaluate(`proxy.dig('orders.db.example.com').records`)).toMatchObject([
      { data: '240.240.0.1', sources: [{ location: { file: 'databases.yaml', line: 9 } }] },
    ])
  })

  it('computes listeners, clusters, endpoints and routes', () => {
    expect(evaluate('proxy.resources().listeners.map(({ name }) => name)')).toEqual([
      '0.0.0.0_443',
      '198.51.100.20_5432',
      '240.240.0.1_3306',
      '0.0.0.0_9080',
      '10.244.1.20_27017',
      '240.240.0.2_3306',
      'virtualOutbound',
      'virtualInbound',
    ])
    expect(evaluate('proxy.resources().clusters.map(({ name }) => name)')).toContain(
      'outbound|3306||orders.db.example.com',
    )
    expect(evaluate('[proxy.resources().endpoints.length, proxy.resources().routes.map(({ name }) => name)]')).toEqual([
      4,
      ['9080'],
    ])
  })

  it('finds conflicts, follows requests and lints', () => {
    const found = `mesh.proxy({ metadata: { DNS_CAPTURE: 'false' } }).conflicts().conflicts`
    const hosts = '({ winner, losers }) => [winner.host, ...losers.map(({ host }) => host)]'
    expect(evaluate(`${found}.map(${hosts})`)).toEqual([['orders.db.example.com', 'users.db.example.com']])
    expect(evaluate(`proxy.trace('orders.db.example.com:3306').outcome`)).toBe('reached')
    expect(evaluate('mesh.lint().findings.map(({ rule, location }) => [rule, location.line])')).toEqual([
      ['selector-matches-nothing', 10],
      ['selector-matches-nothing', 23],
      ['wildcard-without-vip', 79],
    ])
  })

  it('refuses files', async () => {
    const refused = runInContext(`vipctl.loadMesh({ files: ['mesh/'] }).catch((error) => error.hint)`, browser)
    expect(await refused).toBe('pass their texts as texts')
  })
})
