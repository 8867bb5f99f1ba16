import { describe, expect, it } from 'vitest'
import { drawnTables } from '../../src/commands/tables/drawn.ts'
import { type Line, renderLines, styled, textOf } from '../../src/formats/spans.ts'
import { tableLines } from '../../src/formats/table.ts'
import { displayWidth } from '../../src/formats/width.ts'

const tables = await drawnTables()
const HEADERS = ['LISTENER', 'WINNER', 'LOSERS', 'WHY']
const WINNER = 'ServiceEntry default/db-1 mysql-instance1.us-east-1.rds.amazonaws.com:3306'
const LOSER = 'ServiceEntry default/db-2 mysql-instance2.us-east-1.rds.amazonaws.com:3306'
const ROW: Line = ['0.0.0.0_3306', WINNER, styled('error', LOSER), 'same-match']

const textsOf = (lines: Iterable<Line>): readonly string[] => [...lines].map((line) => line.map(textOf).join(''))
const drawn = (rows: readonly Line[], width: number, headers = HEADERS) => textsOf(tables.columns(headers, rows, width))

describe('drawn tables', () => {
  it('have borders, and no lines between rows of one line', () => {
    const rows: Line[] = [
      ['east', '2'],
      ['west', '13'],
    ]
    expect(drawn(rows, 80, ['CLUSTER', 'PODS'])).toEqual([
      '┌─────────┬──────┐',
      '│ CLUSTER │ PODS │',
      '├─────────┼──────┤',
      '│ east    │ 2    │',
      '│ west    │ 13   │',
      '└─────────┴──────┘',
    ])
  })

  it('have no spaces beside borders if they fit only without them', () => {
    expect(drawn([['east', '2']], 15, ['CLUSTER', 'PODS'])).toContain('│CLUSTER│PODS│')
  })

  it('are broken between words where names fit', () => {
    const lines = drawn([ROW], 160)
    expect(lines).toContain(
      '│ 0.0.0.0_3306 │ ServiceEntry default/db-1                        │ ServiceEntry default/db-2                        │ same-match │',
    )
    for (const name of [
      'mysql-instance1.us-east-1.rds.amazonaws.com:3306',
      'mysql-instance2.us-east-1.rds.amazonaws.com:3306',
    ]) {
      expect(lines.some((line) => line.includes(name))).toBe(true)
    }
  })

  it('become lists in a frame where names would be broken', () => {
    expect(drawn([ROW], 80)).toEqual([
      '┌───────────────────────────────────────────────────────────┐',
      '│ 0.0.0.0_3306                                              │',
      '├────────┬──────────────────────────────────────────────────┤',
      '│ WINNER │ ServiceEntry default/db-1                        │',
      '│        │ mysql-instance1.us-east-1.rds.amazonaws.com:3306 │',
      '│ LOSERS │ ServiceEntry default/db-2                        │',
      '│        │ mysql-instance2.us-east-1.rds.amazonaws.com:3306 │',
      '│ WHY    │ same-match                                       │',
      '└────────┴──────────────────────────────────────────────────┘',
    ])
  })

  it('join what rows share', () => {
    const rows: Line[] = [
      ['0.0.0.0_3306', 'a', 'b', 'same-match'],
      ['', '', 'c', ''],
    ]
    const lines = drawn(rows, 80)
    expect(lines.filter((line) => line.includes('same-match'))).toHaveLength(1)
    expect(lines).toContain('│              │        ├────────┤            │')
  })

  it.each([20, 30, 40, 60, 80, 120, 200])('are at most %i columns wide', (width) => {
    const rows: Line[] = [
      ROW,
      ['0.0.0.0_3307', `${'x'.repeat(300)}.example.com`, '数据库 '.repeat(20), styled('name', 'a b '.repeat(30))],
    ]
    const lines = drawn(rows, width)
    const isDrawn = lines[0]?.startsWith('┌')
    expect(isDrawn).toBe(width > 30)
    if (isDrawn) for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  it('count characters of two columns', () => {
    const widths = drawn([['数据库.example.com', 'x']], 80, ['HOST', 'WHY']).map(displayWidth)
    expect(new Set(widths).size).toBe(1)
  })

  it('keep the styles of cells on every line of them, and dim the frame', () => {
    const lines = [...tables.columns(HEADERS, [ROW], 80)]
    const styles = (text: string) =>
      lines.flatMap((line) =>
        line.filter((span) => textOf(span).includes(text)).map((span) => typeof span !== 'string' && span.style),
      )
    expect(styles('default/db-2')).toEqual(['error'])
    expect(styles('mysql-instance2')).toEqual(['error'])
    expect(styles('default/db-1')).toEqual([false])
    expect(styles('WINNER')).toEqual(['heading'])
    expect(styles('┌')).toEqual(['dim'])
  })

  it('show escape sequences of names, and change nothing in frames for borders in names', () => {
    const rows: Line[] = [['a\u001b[31m│b', 'x\u001b[0m├']]
    const text = [...renderLines(tables.columns(['HOST', 'WHY'], rows, 80), (_, each) => each)].join('')
    expect(text).not.toContain('\u001b')
    expect(text).toContain('│ a\\x1b[31m│b │ x\\x1b[0m├ │')
  })

  it('are columns when they are long, for a terminal that is too narrow, and without one', () => {
    const many = Array.from({ length: 201 }, (_, index): Line => [`host${index}`, 'x'])
    expect(drawn(many, 80, ['HOST', 'WHY'])).toEqual(textsOf(tableLines(['HOST', 'WHY'], many, 80)))
    expect(drawn([ROW], 24)).toEqual(textsOf(tableLines(HEADERS, [ROW], 24)))
    expect(textsOf(tables.columns(HEADERS, [ROW], undefined))).toEqual(textsOf(tableLines(HEADERS, [ROW])))
  })
})

describe('lists in a frame', () => {
  it('have titles, and keys as narrow as they are', () => {
    const sections = [
      { title: 'sidecars of namespace shop', rows: [['reachable', ['db.example.com']] as const] },
      { title: 'the mesh', rows: [['new', [styled('error', 'one'), 'two']] as const] },
    ]
    expect(textsOf(tables.sections(sections, 80) ?? [])).toEqual([
      '┌────────────────────────────┐',
      '│ sidecars of namespace shop │',
      '├───────────┬────────────────┤',
      '│ reachable │ db.example.com │',
      '├───────────┴────────────────┤',
      '│ the mesh                   │',
      '├───────────┬────────────────┤',
      '│ new       │ one            │',
      '│           │ two            │',
      '└───────────┴────────────────┘',
    ])
  })

  it('are left to the answer without a terminal', () => {
    expect(tables.sections([], undefined)).toBeUndefined()
    expect(tables.sections([{ title: 'a', rows: [['key', ['text']]] }], 12)).toBeUndefined()
  })
})
