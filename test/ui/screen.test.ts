/** The screen as ink draws it, with a thread that computes nothing. */
import { render } from 'ink-testing-library'
import { createElement } from 'react'
import { describe, expect, it } from 'vitest'
import type { Order, Report, Row } from '../../src/ui/protocol.ts'
import { Screen } from '../../src/ui/screen/components/Screen.tsx'
import { App, type Effects } from '../../src/ui/screen/model/app.ts'

const ROWS: readonly Row[] = [
  {
    key: 'a',
    cells: ['orders.db.example.com', 'default', 'orders-db', '240.240.0.1', 'simulated', 'db.yaml:5: next free'],
  },
  { key: 'b', cells: ['数据库.example.com', 'shop', 'wide', '-', 'none', 'db.yaml:25: a wildcard'], tone: [4, 'dim'] },
  { key: 'c', cells: ['users.db.example.com', 'shop', 'users-db', '10.0.0.1', 'own', 'db.yaml:45: spec.addresses'] },
]

const DOWN = '\u001b[B'
const RIGHT = '\u001b[C'
const ESCAPE = '\u001b'
const ENTER = '\r'

interface Shown {
  readonly app: App
  readonly orders: Order[]
  readonly done: string[]
  lines(): readonly string[]
  type(...keys: readonly string[]): Promise<void>
  report(report: Report): Promise<void>
}

/** ink waits before it takes a lone escape character for the key. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60))

async function show(columns: number, rows = 12): Promise<Shown> {
  const orders: Order[] = []
  const done: string[] = []
  const effects: Effects = {
    send: (order) => void orders.push(order),
    quit: () => void done.push('quit'),
    suspend: () => void done.push('suspend'),
    copy: (text) => void done.push(`copy ${text}`),
    edit: ({ file, line }) => void done.push(`edit ${file}:${line}`),
  }
  const app = new App(effects, 'hosts')
  app.resize(columns, rows)
  const { stdin, lastFrame } = render(createElement(Screen, { app }))
  const shown: Shown = {
    app,
    orders,
    done,
    lines: () => (lastFrame() ?? '').split('\n'),
    type: async (...keys) => {
      for (const key of keys) {
        stdin.write(key)
        await pause()
      }
    },
    report: async (report) => {
      app.receive(report)
      app.changed()
      await pause()
    },
  }
  await pause()
  return shown
}

const titles = ['HOST', 'NAMESPACE', 'ENTRY', 'ADDRESSES', 'SOURCE', 'REASON']

async function filled(columns: number, rows?: number): Promise<Shown> {
  const shown = await show(columns, rows)
  await shown.report({
    kind: 'columns',
    view: 'hosts',
    columns: titles.map((title) => ({
      title,
      isPlace: title === 'REASON',
      ...(title === 'HOST' && { roles: ['host'] }),
    })),
    size: 3,
  })
  await shown.report({ kind: 'rows', view: 'hosts', at: 0, removed: 0, rows: ROWS, done: true, isFirst: true })
  await shown.report({
    kind: 'head',
    head: { release: 'Istio 1.28.0', proxy: 'a sidecar in namespace default', time: '12:00:00' },
  })
  await shown.report({ kind: 'phase', text: undefined })
  return shown
}

const lastOrder = ({ orders }: Shown): Order | undefined => orders.at(-1)

describe.each([80, 160])('a list at %i columns', (columns) => {
  it('shows rows under their titles', async () => {
    const { lines } = await filled(columns)
    expect(lines()).toMatchSnapshot()
    expect(lines().every((line) => line.length <= columns)).toBe(true)
  })
})

describe('a list', () => {
  it('is filtered while the user types, and Esc brings everything back', async () => {
    const shown = await filled(80)
    await shown.type('/', 'u', 's', 'e')
    expect(shown.lines()[0]).toContain('hosts (1/3)  /use')
    await shown.type(ENTER)
    expect(shown.lines()[2]).toContain('> ')
    await shown.type(ESCAPE)
    expect(shown.lines()[0]).toContain('hosts (3)')
    await shown.type('/nothing')
    expect(shown.lines()[2]).toContain('nothing matches the filter')
  })

  it('is sorted by the next column', async () => {
    const shown = await filled(160)
    await shown.type('s', 's')
    expect(shown.lines()[1]).toContain('NAMESPACE ↑')
    await shown.type('S')
    expect(shown.lines()[1]).toContain('NAMESPACE ↓')
    expect(shown.lines()[2]).toContain('数据库.example.com')
  })

  it('shows columns that do not fit', async () => {
    const shown = await filled(80)
    expect(shown.lines()[1]).toContain('›')
    await shown.type(RIGHT, RIGHT, RIGHT, RIGHT)
    expect(shown.lines()[1]).toMatch(/HOST +REASON/)
    expect(shown.lines()[2]).toContain('db.yaml:5: next free')
  })

  it('marks what has changed', async () => {
    const shown = await filled(80)
    await shown.type(DOWN)
    const fresh: Row = { key: 'n', cells: ['new.example.com', 'shop', 'new', '-', 'none', 'db.yaml:1'] }
    await shown.report({ kind: 'rows', view: 'hosts', at: 0, removed: 0, rows: [fresh], done: true, isFirst: false })
    expect(shown.lines()[2]).toMatch(/^ \+ new\.example\.com/)
    expect(shown.lines().at(-2)).toContain('1 new')
    // The cursor has kept its thing.
    expect(shown.lines()[4]).toMatch(/^> /)
  })

  it('keeps the last good state, with the error in the status line', async () => {
    const shown = await filled(80)
    await shown.report({
      kind: 'messages',
      messages: [{ severity: 'error', place: 'db.yaml:3:1', text: 'not YAML' }],
      kept: true,
    })
    expect(shown.lines().at(-2)).toContain('db.yaml:3:1: not YAML  (shown: as of 12:00:00)')
    expect(shown.lines()[2]).toContain('orders.db.example.com')
  })
})

describe('keys', () => {
  it('ask for what they stand for', async () => {
    const shown = await filled(80)
    await shown.type(DOWN)
    for (const [key, form] of [
      [ENTER, 'detail'],
      ['t', 'trace'],
      ['d', 'dig'],
      ['y', 'yaml'],
      ['j', 'json'],
      ['o', 'place'],
    ] as const) {
      await shown.type(key)
      expect(lastOrder(shown)).toMatchObject({ kind: 'open', view: 'hosts', key: 'b', form })
    }
    await shown.type('c', 'q')
    expect(shown.done).toEqual(['copy 数据库.example.com', 'quit'])
  })

  it('copy the object of a finding, not its severity', async () => {
    const shown = await show(80)
    await shown.report({
      kind: 'columns',
      view: 'hosts',
      columns: [{ title: 'SEVERITY' }, { title: 'OBJECT', isName: true }],
      size: 1,
    })
    await shown.report({
      kind: 'rows',
      view: 'hosts',
      at: 0,
      removed: 0,
      rows: [{ key: 'a', cells: ['error', 'Service shop/web'] }],
      done: true,
      isFirst: true,
    })
    await shown.type('c')
    expect(shown.done).toEqual(['copy Service shop/web'])
  })

  it('open another list by the beginning of its name, also when typed at once', async () => {
    const shown = await filled(80)
    await shown.type(':li\r')
    expect(lastOrder(shown)).toEqual({ kind: 'show', view: 'listeners' })
    await shown.type(':nonsense', ENTER)
    expect(shown.lines().at(-2)).toContain('unknown command nonsense: ')
  })

  it('choose a proxy', async () => {
    const shown = await filled(80)
    await shown.type('p')
    const row: Row = { key: 'pod/web.shop', cells: ['pod/web.shop'] }
    await shown.report({ kind: 'columns', view: 'proxies', columns: [{ title: 'NAME' }], size: 1 })
    await shown.report({ kind: 'rows', view: 'proxies', at: 0, removed: 0, rows: [row], done: true, isFirst: true })
    expect(shown.lines()[0]).toContain('choose one of proxies')
    await shown.type(ENTER)
    expect(shown.orders).toContainEqual({ kind: 'choose', wish: { proxy: 'pod/web.shop' } })
    expect(shown.lines()[0]).toContain('hosts')
  })
})

describe('a text', () => {
  const page = {
    title: 'orders.db.example.com',
    lines: Array.from({ length: 30 }, (_, index) => [`line ${index}`]),
    links: [{ label: 'its clusters', view: 'clusters', filter: 'host:orders' }],
    place: { file: 'db.yaml', line: 5, column: 3 },
  } as const

  it('scrolls, follows links, opens the editor, and goes back', async () => {
    const shown = await filled(80)
    await shown.type(ENTER)
    await shown.report({ kind: 'page', request: 0, form: 'detail', page })
    expect(shown.lines()).toMatchSnapshot()
    await shown.type(DOWN, DOWN)
    expect(shown.lines()[1]).toBe('line 2')
    await shown.type('o')
    expect(shown.done).toEqual(['edit db.yaml:5'])
    await shown.type('1')
    expect(lastOrder(shown)).toEqual({ kind: 'show', view: 'clusters' })
    expect(shown.lines()[0]).toContain('clusters')
    await shown.type(ESCAPE, ESCAPE)
    expect(shown.lines()[0]).toContain(' hosts (3)')
  })

  it('is asked for again after a change', async () => {
    const shown = await filled(80)
    await shown.type(ENTER)
    await shown.report({ kind: 'page', request: 0, form: 'detail', page })
    await shown.report({ kind: 'head', head: { release: 'Istio 1.28.0', proxy: 'a sidecar', time: '12:00:01' } })
    expect(lastOrder(shown)).toMatchObject({ kind: 'open', key: 'a', form: 'detail', request: 1 })
    await shown.report({ kind: 'page', request: 1, form: 'detail', page: { ...page, lines: [['fresh']] } })
    expect(shown.lines()[1]).toBe('fresh')
  })
})

describe('a small terminal', () => {
  it('has a list of one row', async () => {
    const { lines } = await filled(20, 5)
    expect(lines()).toHaveLength(5)
    expect(lines()[2]).toMatch(/^> /)
  })
})
