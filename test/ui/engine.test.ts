/** What the thread that computes sends: rows, changes, texts about things, and the last good state. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { viewRequest } from '../../src/commands/request.ts'
import { Session } from '../../src/commands/session.ts'
import { answersFor } from '../../src/commands/ui/answers.ts'
import type { UiOptions } from '../../src/commands/ui/options.ts'
import { textOf } from '../../src/formats/spans.ts'
import { Engine } from '../../src/ui/engine/engine.ts'
import type { Form, Order, Page, Report, Row, ViewId } from '../../src/ui/protocol.ts'
import { Rows } from '../../src/ui/screen/model/rows.ts'
import { closeAll, recorded, startCluster } from '../live/server.ts'

/** A machine that is busy takes long for the many lists of a cluster. */
const PATIENCE = 100_000

const SILENT = { isTTY: false, columns: undefined, write: () => undefined }

const entry = (name: string, host: string, port = 3306): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [${host}]
  ports: [{number: ${port}, name: tcp, protocol: TCP}]
  resolution: STATIC
  endpoints: [{address: 10.1.0.1}]
`

/** A terminal that only remembers. */
class Client {
  readonly reports: Report[] = []
  readonly tables = new Map<ViewId, Rows>()
  readonly #engine: Engine
  #requests = 0

  constructor(engine: (send: (report: Report) => void) => Engine) {
    this.#engine = engine((report) => this.#take(report))
  }

  #take(report: Report): void {
    this.reports.push(report)
    if (report.kind !== 'rows') return
    const rows = this.tables.get(report.view) ?? new Rows()
    this.tables.set(report.view, rows)
    rows.take(report, 0)
    setImmediate(() => this.#engine.obey({ kind: 'taken' }))
  }

  send(order: Order): void {
    this.#engine.obey(order)
  }

  async until<T>(find: () => T | undefined): Promise<T> {
    const start = Date.now()
    while (Date.now() - start < PATIENCE) {
      const found = find()
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`never: ${JSON.stringify(this.reports.slice(-5))}`)
  }

  async rows(view: ViewId): Promise<readonly Row[]> {
    this.send({ kind: 'show', view })
    return this.until(() => (this.tables.get(view)?.isComplete ? this.tables.get(view)?.all : undefined))
  }

  async page(view: ViewId, key: string, form: Form): Promise<Page | string> {
    const request = this.#requests++
    this.send({ kind: 'open', request, view, key, form, width: 80 })
    return this.until(() => {
      for (const report of this.reports) {
        if (report.kind === 'page' && report.request === request) return report.page
        if (report.kind === 'refused' && report.request === request) return report.text
      }
      return undefined
    })
  }

  stop(): void {
    this.#engine.stop()
  }
}

const textOfPage = (page: Page | string): string =>
  typeof page === 'string' ? page : page.lines.map((line) => line.map(textOf).join('')).join('\n')

let folder: string
let client: Client | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipctl-ui-'))
})

afterEach(() => {
  client?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const start = (path: string, cwd = folder): Promise<Client> => startWith({ filename: [path] }, cwd)

async function startWith(options: UiOptions, cwd: string): Promise<Client> {
  const io = { stdout: SILENT, stderr: SILENT, stdin: async () => Buffer.alloc(0), env: {}, cwd }
  const session = await Session.open(io, {}, undefined as never)
  const request = await viewRequest(options, session)
  const answers = await answersFor(options, request, session)
  const started = new Client((send) => {
    const engine = new Engine({ request, answers, verbose: false, onSize: () => undefined, send })
    void engine.run()
    return engine
  })
  client = started
  await started.until(() => started.reports.find(({ kind }) => kind === 'head' || kind === 'fatal'))
  return started
}

describe('lists', () => {
  it('have the rows that the commands print', async () => {
    const started = await start('fixtures/quickstart', process.cwd())
    const rows = (view: ViewId): Promise<readonly Row[]> => started.rows(view)
    expect((await rows('hosts')).map(({ cells }) => cells[0])).toContain('orders.db.example.com')
    expect((await rows('names')).find(({ key }) => key === 'orders.db.example.com')?.cells[1]).toBe('240.240.0.1')
    expect((await rows('clusters')).map(({ key }) => key)).toContain('outbound|3306||orders.db.example.com')
    expect((await rows('listeners')).some(({ cells }) => cells[1] === '15001')).toBe(true)
    for (const view of ['endpoints', 'routes', 'findings', 'proxies', 'namespaces'] as const) {
      expect((await rows(view)).length, view).toBeGreaterThan(0)
    }
  })

  it('show gateways and conflicts', async () => {
    const gateways = await start('fixtures/scenarios', process.cwd())
    expect(await gateways.rows('gateways')).toBeDefined()
    client?.stop()
    writeFileSync(join(folder, 'mesh.yaml'), [entry('a', 'a.example.com'), entry('b', 'b.example.com')].join('---\n'))
    const both = await start('mesh.yaml')
    const [loss] = await both.rows('conflicts')
    expect(loss?.cells.join(' ')).toContain('b.example.com:3306')
    expect(textOfPage(await both.page('conflicts', loss?.key ?? '', 'detail'))).toContain('Fixes of')
  })
})

describe('a thing', () => {
  it('tells what it is, where it is written, and why', async () => {
    writeFileSync(join(folder, 'mesh.yaml'), entry('db', 'db.example.com'))
    const started = await start('mesh.yaml')
    const [host] = await started.rows('hosts')
    const page = await started.page('hosts', host?.key ?? '', 'detail')
    expect(page).toMatchObject({ title: 'db.example.com', place: { file: 'mesh.yaml', line: 5, column: 11 } })
    expect(textOfPage(page)).toContain('> 5 |   hosts: [db.example.com]')
    expect(textOfPage(await started.page('hosts', host?.key ?? '', 'json'))).toContain('"host": "db.example.com"')
    expect(textOfPage(await started.page('hosts', host?.key ?? '', 'yaml'))).toContain('host: db.example.com')
    expect(textOfPage(await started.page('hosts', host?.key ?? '', 'trace'))).toContain('listener')
    expect(textOfPage(await started.page('hosts', host?.key ?? '', 'dig'))).toContain(';; ')
    expect(await started.page('hosts', 'nothing', 'detail')).toBe('it is gone')
  })

  it('prints nothing of a manifest as it is', async () => {
    const evil = entry('evil', 'evil.example.com').replace('[evil.example.com]', '["evil.example.com"] # \u202e\u200b')
    writeFileSync(join(folder, 'mesh.yaml'), evil.replace('{address: 10.1.0.1}', '{address: "\\e]0;x\\a"}'))
    const started = await start('mesh.yaml')
    for (const view of ['hosts', 'names', 'listeners', 'clusters', 'findings'] as const) {
      const rows = await started.rows(view)
      for (const { key } of rows.slice(0, 20)) {
        for (const form of ['detail', 'json', 'yaml'] as const) await started.page(view, key, form)
      }
    }
    const lines = started.reports.flatMap((report) => {
      if (report.kind === 'rows') return report.rows.flatMap(({ cells }) => cells)
      if (report.kind === 'messages') return report.messages.map(({ place, text }) => place + text)
      return report.kind === 'page' ? [report.page.title, ...report.page.lines.flat().map(textOf)] : []
    })
    expect(lines.some((line) => line.includes('\\u202e'))).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u200b\u202e]/.test(line))).toEqual([])
  })
})

describe('changes of files', () => {
  it('are sent as what differs; an error leaves the last good state', async () => {
    const path = join(folder, 'mesh.yaml')
    writeFileSync(path, [entry('a', 'a.example.com', 1), entry('c', 'c.example.com', 3)].join('---\n'))
    const started = await start('mesh.yaml')
    expect(await started.rows('hosts')).toHaveLength(2)
    writeFileSync(
      path,
      [entry('a', 'a.example.com', 1), entry('b', 'b.example.com', 2), entry('c', 'c.example.com', 3)].join('---\n'),
    )
    await started.until(() => (started.tables.get('hosts')?.all.length === 3 ? true : undefined))
    const update = started.reports.findLast((report) => report.kind === 'rows')
    expect(update).toMatchObject({ at: 1, isFirst: false })

    writeFileSync(path, `${readFileSync(path, 'utf8')}---\nkind: [`)
    const kept = await started.until(() => started.reports.find((report) => report.kind === 'messages' && report.kept))
    expect(JSON.stringify(kept)).toContain('"place":"mesh.yaml:')
    expect(started.tables.get('hosts')?.all).toHaveLength(3)

    writeFileSync(path, entry('a', 'a.example.com', 1))
    await started.until(() => (started.tables.get('hosts')?.all.length === 1 ? true : undefined))
    expect(started.reports.findLast((report) => report.kind === 'messages')).toMatchObject({ kept: false })
  })

  it('a proxy that does not exist leaves the last one in place', async () => {
    writeFileSync(join(folder, 'mesh.yaml'), entry('a', 'a.example.com'))
    const started = await start('mesh.yaml')
    await started.rows('hosts')
    started.send({ kind: 'choose', wish: { proxy: 'nobody.shop' } })
    await started.until(() => started.reports.find((report) => report.kind === 'messages' && report.kept))
    started.send({ kind: 'choose', wish: { namespace: 'shop' } })
    const head = await started.until(() =>
      started.reports.findLast((report) => report.kind === 'head' && report.head.proxy.includes('shop')),
    )
    expect(head).toMatchObject({ head: { proxy: 'synthetic sidecar in namespace shop, DNS capture off' } })
  })
})

describe('no input', () => {
  it('ends with the words of the other commands', async () => {
    const started = await start('missing.yaml')
    const fatal = started.reports.find(({ kind }) => kind === 'fatal' || kind === 'messages')
    expect(JSON.stringify(fatal)).toContain('missing.yaml')
  })
})

describe('a cluster', { timeout: 3 * PATIENCE }, () => {
  afterAll(closeAll)

  it('is read and followed', async () => {
    let watch: ServerResponse | undefined
    const { kubeconfig } = await startCluster({
      misbehave: ({ path, query }, response) => {
        if (!query.has('watch')) return false
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
        if (path.endsWith('/serviceentries')) watch = response
        return true
      },
    })
    const started = await startWith({ kubeconfig }, folder)
    const before = (await started.rows('hosts')).length
    const response = await started.until(() => watch)
    response.write(`${recorded('serviceentries-watch.ndjson').split('\n')[0]}\n`)
    await started.until(() => (started.tables.get('hosts')?.all.length === before + 1 ? true : undefined))
    expect(started.reports.findLast((report) => report.kind === 'rows')).toMatchObject({ isFirst: false })
  })
})
