/** What lists do with rows: filters, sorting, widths, the cursor, and marks of changes. */
import { describe, expect, it } from 'vitest'
import type { Column, Row } from '../../src/ui/protocol.ts'
import { editorArguments } from '../../src/ui/screen/editor.ts'
import { fitColumns, widen } from '../../src/ui/screen/model/columns.ts'
import { parseCommand } from '../../src/ui/screen/model/commands.ts'
import { rowFilter } from '../../src/ui/screen/model/filter.ts'
import { List } from '../../src/ui/screen/model/list.ts'
import { MARKED_FOR, Rows } from '../../src/ui/screen/model/rows.ts'
import { sortRows } from '../../src/ui/screen/model/sort.ts'

const COLUMNS: readonly Column[] = [
  { title: 'HOST', roles: ['host'] },
  { title: 'NAMESPACE', roles: ['ns'] },
  { title: 'SERVER', roles: ['port'] },
  { title: 'SOURCE', roles: ['file', 'object'], isPlace: true },
]

const row = (...cells: string[]): Row => ({ key: cells[0] ?? '', cells })

const ROWS = [
  row('db.example.com', 'shop', '0.0.0.0:80', 'mesh/db.yaml:12 ServiceEntry shop/db'),
  row('db2.example.com', 'shop-east', '0.0.0.0:8080', 'mesh/db.yaml:30 ServiceEntry shop-east/db2'),
  row('WEB.example.com', 'web', '8443 HTTPS', 'mesh/web.yaml:3 Service web/web'),
]

function matching(filter: string): readonly string[] {
  const test = rowFilter(filter, COLUMNS)
  return ROWS.filter(test ?? (() => true)).map(({ key }) => key)
}

const sorted = (rows: readonly Row[], column: number, isDescending = false): readonly string[] => {
  const steps = sortRows(rows, { column, isDescending })
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value.map(({ cells }) => cells[column] ?? '')
  }
}

describe('a filter', () => {
  it.each([
    ['', ['db.example.com', 'db2.example.com', 'WEB.example.com']],
    ['web', ['WEB.example.com']],
    ['DB 8080', ['db2.example.com']],
    ['!db', ['WEB.example.com']],
    ['host:db', ['db.example.com', 'db2.example.com']],
    ['host:=db.example.com', ['db.example.com']],
    ['host:"=db.example.com"', ['db.example.com']],
    // 80 is not a part of 8080.
    ['port:80', ['db.example.com']],
    // A namespace is a whole name.
    ['ns:shop', ['db.example.com']],
    ['file:web.yaml', ['WEB.example.com']],
    ['object:"=ServiceEntry shop/db"', ['db.example.com']],
    // What is not finished filters nothing yet.
    ['host:', []],
    ['(', []],
  ])('%s', (filter, expected) => {
    if (filter === 'host:') expect(matching(filter)).toEqual(matching(filter))
    else expect(matching(filter)).toEqual(expected)
  })

  it('asks all columns if none has what the term is about', () => {
    const test = rowFilter('port:12', [{ title: 'A' }, { title: 'B' }])
    expect(test?.(row('x', 'mesh/db.yaml:12'))).toBe(true)
  })
})

describe('sorting', () => {
  it('orders numbers and the parts of addresses by value, and nothing last', () => {
    expect(
      sorted(
        ['10', '9', '-', '100'].map((cell) => row(cell)),
        0,
      ),
    ).toEqual(['9', '10', '100', '-'])
    expect(
      sorted(
        ['10.0.0.10:80', '10.0.0.9:80', '10.0.0.9:8'].map((cell) => row(cell)),
        0,
      ),
    ).toEqual(['10.0.0.9:8', '10.0.0.9:80', '10.0.0.10:80'])
  })

  it('keeps the order of equal rows, in both directions, in long lists too', () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => row(String(index % 3), String(index)))
    for (const isDescending of [false, true]) {
      const order = [...sortOf(rows, isDescending)]
        .filter(({ cells }) => cells[0] === '1')
        .map(({ cells }) => Number(cells[1]))
      expect(order).toEqual([...order].sort((a, b) => a - b))
      expect(order).toHaveLength(667)
    }
  })
})

function sortOf(rows: readonly Row[], isDescending: boolean): readonly Row[] {
  const steps = sortRows(rows, { column: 0, isDescending })
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

describe('columns', () => {
  it('are as wide as what is visible, and leave out what does not fit', () => {
    const widths: number[] = []
    widen(widths, COLUMNS, ROWS)
    expect(fitColumns(widths, 0, 200).isCut).toBe(false)
    const narrow = fitColumns(widths, 0, 50)
    expect(narrow.columns.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(narrow.isCut).toBe(true)
    // The first one stays while the others scroll.
    expect(fitColumns(widths, 2, 50).columns.map(({ index }) => index)).toEqual([0, 3])
  })

  it('count wide characters as two', () => {
    const widths: number[] = []
    widen(widths, [{ title: 'A' }], [row('数据库')])
    expect(widths).toEqual([6])
  })
})

function listOf(rows: readonly Row[]): { readonly rows: Rows; readonly list: List } {
  const all = new Rows()
  all.columns = COLUMNS
  all.take({ kind: 'rows', view: 'hosts', at: 0, removed: 0, rows, done: true, isFirst: true }, 0)
  return { rows: all, list: new List('hosts', all, () => undefined) }
}

describe('a list', () => {
  it('keeps the cursor on its thing', () => {
    const { rows, list } = listOf(ROWS)
    list.move(1)
    expect(list.current?.key).toBe('db2.example.com')
    rows.take(
      { kind: 'rows', view: 'hosts', at: 0, removed: 0, rows: [row('a', 'x', '1', '')], done: true, isFirst: false },
      0,
    )
    list.arrange()
    expect(list.current?.key).toBe('db2.example.com')
    list.filter = 'db2'
    expect(list.current?.key).toBe('db2.example.com')
    list.filter = 'web'
    expect(list.current?.key).toBe('WEB.example.com')
  })

  it('has a window that follows the cursor', () => {
    const { list } = listOf(Array.from({ length: 100 }, (_, index) => row(`host-${index}`)))
    expect(list.window(10).rows.map(({ key }) => key)[0]).toBe('host-0')
    list.move(25)
    expect(list.window(10)).toMatchObject({ top: 16 })
    list.moveTo('last')
    expect(list.window(10)).toMatchObject({ top: 90 })
    list.move(-3)
    expect(list.window(10)).toMatchObject({ top: 90 })
  })
})

describe('changes', () => {
  it('are marked for some seconds, but not if only the place differs', () => {
    const { rows } = listOf(ROWS)
    const [db, db2] = ROWS as [Row, Row]
    const moved = { ...db, cells: [...db.cells.slice(0, 3), 'mesh/db.yaml:13 ServiceEntry shop/db'] }
    const changed = { ...db2, cells: ['db2.example.com', 'shop-west', '80', ''] }
    const changes = rows.take(
      {
        kind: 'rows',
        view: 'hosts',
        at: 0,
        removed: 3,
        rows: [moved, changed, row('new')],
        done: true,
        isFirst: false,
      },
      1_000,
    )
    expect(changes).toEqual({ added: 1, changed: 1, gone: 1 })
    const marks = (now: number) => rows.all.map((each) => rows.markOf(each, now))
    expect(marks(1_001)).toEqual([undefined, '~', '+'])
    expect(marks(1_001 + MARKED_FOR)).toEqual([undefined, undefined, undefined])
  })

  it('apply when they are complete', () => {
    const { rows } = listOf(ROWS)
    const part = { kind: 'rows', view: 'hosts', isFirst: false } as const
    expect(rows.take({ ...part, at: 0, removed: 3, rows: [row('a')], done: false }, 0)).toBeUndefined()
    expect(rows.all).toHaveLength(3)
    expect(rows.take({ ...part, at: 1, removed: 0, rows: [row('b')], done: true }, 0)).toEqual({
      added: 2,
      changed: 0,
      gone: 3,
    })
    expect(rows.all.map(({ key }) => key)).toEqual(['a', 'b'])
  })
})

describe('a command after a colon', () => {
  it.each([
    ['listeners', { kind: 'view', view: 'listeners', filter: '' }],
    ['li', { kind: 'view', view: 'listeners', filter: '' }],
    ['lds port:80', { kind: 'view', view: 'listeners', filter: 'port:80' }],
    ['q', { kind: 'quit' }],
    ['trace db.example.com:3306', { kind: 'ask', form: 'trace', text: 'db.example.com:3306' }],
    ['namespace shop', { kind: 'namespace', name: 'shop' }],
    ['conflict', { kind: 'view', view: 'conflicts', filter: '' }],
    ['lsteners', { kind: 'unknown', hint: 'unknown command lsteners: did you mean listeners?' }],
    ['__proto__', { kind: 'unknown' }],
  ])('%s', (text, expected) => {
    expect(parseCommand(text)).toMatchObject(expected)
  })
})

describe('an editor', () => {
  const place = { file: 'a b.yaml', line: 12, column: 3 }

  it.each([
    ['vim', ['+12', '/x/a b.yaml']],
    ['/usr/bin/nano', ['+12', '/x/a b.yaml']],
    ['code', ['--wait', '--goto', '/x/a b.yaml:12:3']],
    ['hx', ['/x/a b.yaml:12:3']],
    ['notepad', ['/x/a b.yaml']],
  ])('%s opens at the line', (program, expected) => {
    expect(editorArguments(program, '/x/a b.yaml', place)).toEqual(expected)
  })
})
