import { describe, expect, it } from 'vitest'
import { loadMesh } from '../../src/library/node/main.ts'
import type { Mesh } from '../../src/library/types/index.ts'
import { vipctl } from '../commands/cli.ts'

const INPUT = 'fixtures/conflicts/replicas'
const HOST = 'db.example.com'

const json = async (words: string): Promise<unknown> =>
  JSON.parse((await vipctl(`${words} -o json -f ${INPUT}`)).stdout)

/** As it leaves the program. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const load = (): Promise<Mesh> => loadMesh({ files: [INPUT] })

describe('the library gives what the command prints with -o json', () => {
  it('lint', async () => {
    const { errors, ...printed } = (await json('lint')) as { readonly errors: unknown }
    const report = (await load()).lint()
    expect(errors).toEqual([])
    expect(report.findings.length).toBeGreaterThan(0)
    expect(plain(report)).toEqual(printed)
  })

  it('conflicts', async () => {
    const report = (await load()).proxy().conflicts()
    expect(report.conflicts.length).toBeGreaterThan(0)
    expect(plain(report)).toEqual(await json('conflicts'))
  })

  it('proxies', async () => {
    const mesh = await loadMesh({ files: ['fixtures/quickstart'] })
    const { stdout } = await vipctl('proxies -o json -f fixtures/quickstart')
    expect({ proxies: plain(mesh.proxies()) }).toEqual(JSON.parse(stdout))
  })

  it('dig', async () => {
    const { records, reasons, ...answer } = (await loadMesh({ files: ['fixtures/quickstart'] }))
      .proxy({ metadata: { DNS_CAPTURE: 'true' } })
      .dig('orders.db.example.com')
    const { stdout } = await vipctl('dig orders.db.example.com --meta DNS_CAPTURE=true -o json -f fixtures/quickstart')
    expect([plain(answer)]).toEqual(JSON.parse(stdout))
    expect(records).toHaveLength(1)
    expect(reasons).toEqual([])
  })

  it('trace', async () => {
    const request = { address: HOST, port: 3306 }
    const trace = (await load()).proxy().trace(request)
    expect(plain(trace)).toEqual(await json(`trace ${HOST}:3306`))
    expect(plain((await load()).proxy().trace(`${HOST}:3306`))).toEqual(plain(trace))
  })

  it('dump', async () => {
    const dump = (await json('dump --meta DNS_CAPTURE=true')) as Readonly<Record<string, unknown>>
    const resources = (await load()).proxy({ metadata: { DNS_CAPTURE: 'true' } }).resources()
    const messages = (list: readonly { readonly resource: unknown }[]) => plain(list.map(({ resource }) => resource))
    expect(messages(resources.listeners)).toEqual(dump.lds)
    expect(messages(resources.clusters)).toEqual(dump.cds)
    expect(messages(resources.endpoints)).toEqual(dump.eds)
    expect(messages(resources.routes)).toEqual(dump.rds)
    expect(resources.clusters.length).toBeGreaterThan(3)
  })

  it('nametable and allocate', async () => {
    const mesh = await load()
    const names = mesh.proxy({ metadata: { DNS_CAPTURE: 'true' } }).nameTable()
    const { table } = (await json('nametable --meta DNS_CAPTURE=true')) as {
      readonly table: Readonly<Record<string, { ips: readonly string[] }>>
    }
    expect(names.map(({ host, addresses }) => [host, addresses])).toEqual(
      Object.entries(table).map(([host, { ips }]) => [host, ips]),
    )
    const allocated = (await json('allocate')) as Readonly<Record<string, readonly { host: string; value: string }[]>>
    const values = mesh.allocate().filter(({ source }) => source === 'simulated')
    expect(values.flatMap(({ host, addresses }) => addresses.map((value) => ({ host, value })))).toEqual(
      Object.values(allocated).flat(),
    )
  })
})

/** The value at a path; undefined if there is none. */
const at = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((found, step) => (found as Readonly<Record<string, unknown>> | undefined)?.[step], value)

describe('parts of resources', () => {
  const INPUTS = ['fixtures/quickstart', 'fixtures/conformance-policies/ef-http-filter-merge/input.yaml']

  it.each(INPUTS)('are in the messages of %s', async (input) => {
    const mesh = await loadMesh({ files: [input] })
    const { listeners, routes, endpoints } = mesh.proxy({ metadata: { DNS_CAPTURE: 'true' } }).resources()
    const all = [...listeners, ...routes, ...endpoints]
    const missing = all.flatMap(({ name, resource, parts }) =>
      parts.filter(({ path }) => at(resource, path) === undefined).map(({ path }) => `${name} ${path.join('.')}`),
    )
    expect(missing).toEqual([])
    expect(all.flatMap(({ parts }) => parts).filter(({ sources }) => sources.length > 0).length).toBeGreaterThan(5)
  })

  it('name the place of each endpoint', async () => {
    const mesh = await loadMesh({ files: ['fixtures/quickstart'] })
    const { endpoints } = mesh.proxy().resources()
    const found = endpoints.flatMap(({ resource, parts }) =>
      parts.map(({ path, sources }) => [
        at(resource, [...path, 'endpoint', 'address', 'socketAddress', 'address']),
        sources[0]?.location?.line,
      ]),
    )
    expect(found).toEqual([
      ['198.51.100.20', 52],
      ['198.51.100.12', 32],
    ])
  })
})
