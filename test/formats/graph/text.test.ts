import { describe, expect, it } from 'vitest'
import type { Graph } from '../../../src/formats/graph/model.ts'
import { boxLines } from '../../../src/formats/graph/text.ts'
import { textOf } from '../../../src/formats/spans.ts'
import { displayWidth } from '../../../src/formats/width.ts'

const drawn = (graph: Graph, width?: number): readonly string[] =>
  [...boxLines(graph, width)].map((line) => line.map(textOf).join(''))

const arrow = (from: string, to: string, label = '') => ({ from, to, label })

describe('boxes in a terminal', () => {
  it('draws what follows a box below it', () => {
    const graph: Graph = {
      boxes: [
        { id: 'a', text: ['listener', '0.0.0.0_3306'] },
        { id: 'b', text: ['wins', 'db.example.com'] },
        { id: 'c', text: ['2 more losers'] },
      ],
      arrows: [arrow('a', 'b', 'reached'), { ...arrow('a', 'c'), tone: 'bad' }],
    }
    expect(drawn(graph)).toEqual([
      '┌─ listener ───┐',
      '│ 0.0.0.0_3306 │',
      '└┬─────────────┘',
      ' │   reached',
      ' │   ┌─ wins ─────────┐',
      ' ├──▶│ db.example.com │',
      ' │   └────────────────┘',
      ' │   ┌───────────────┐',
      ' └╌╌✗│ 2 more losers │',
      '     └───────────────┘',
    ])
  })

  it('draws a box once, whatever leads to it, and ends with circles', () => {
    const graph: Graph = {
      boxes: [
        { id: 'a', text: ['a'] },
        { id: 'b', text: ['b'] },
        { id: 'c', text: ['c'] },
      ],
      arrows: [arrow('a', 'c'), arrow('b', 'c'), arrow('c', 'b')],
    }
    const lines = drawn(graph)
    expect(lines.filter((line) => line.includes('│ c │'))).toHaveLength(1)
    expect(lines.at(-1)).toBe('           └──▶ c, as above')
  })

  it('is never wider than the terminal, with long names and wide characters', () => {
    const long = `${'very-long-name.'.repeat(16)}example.com:3306`
    const graph: Graph = {
      boxes: ['a', 'b', 'c', 'd'].map((id) => ({ id, text: ['kind', long, '数据库.'.repeat(30)] })),
      arrows: [arrow('a', 'b', long), arrow('b', 'c'), arrow('c', 'd')],
    }
    for (const width of [40, 80, 200]) {
      const lines = drawn(graph, width)
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
      // Names are broken after dots and hyphens.
      const pieces = lines.filter((line) => line.includes('name.')).map((line) => line.replace(/[^a-z.-]/g, ''))
      for (const piece of pieces) expect(piece).toMatch(/[.-]$|com$/)
    }
  })

  it('shows hidden characters', () => {
    const graph: Graph = { boxes: [{ id: 'a', text: ['k\u001b[2Jind', 'x\u202ey'] }], arrows: [] }
    expect(drawn(graph).join('\n')).toContain('k\\x1b[2Jind')
    expect(drawn(graph).join('\n')).toContain('x\\u202ey')
  })
})
