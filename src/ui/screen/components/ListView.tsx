/** The visible rows of a list under its column titles. */
import { Box, Text } from 'ink'
import type { ReactElement } from 'react'
import { type Line, type Span, styled } from '../../../formats/spans.ts'
import { displayWidth, truncate } from '../../../formats/width.ts'
import { wrapLine } from '../../../formats/wrap.ts'
import type { Row } from '../../protocol.ts'
import type { App } from '../model/app.ts'
import { type Fitted, fitColumns, GAP, widen } from '../model/columns.ts'
import type { List } from '../model/list.ts'
import type { Mark } from '../model/rows.ts'
import { COLORS, Spans } from './Spans.tsx'

/** The cursor and the mark of a change. */
const GUTTER = 3

const padded = (text: string, width: number): string => {
  const shown = truncate(text, width)
  return shown + ' '.repeat(Math.max(0, width - displayWidth(shown)))
}

const between = ' '.repeat(GAP)

function titleText(list: List, { columns, isCut }: Fitted): string {
  const { sorting, rows } = list
  const cells = columns.map(({ index, width }) => {
    const arrow = sorting?.column === index ? (sorting.isDescending ? ' ↓' : ' ↑') : ''
    return padded(`${rows.columns[index]?.title ?? ''}${arrow}`, width)
  })
  return `${' '.repeat(GUTTER)}${cells.join(between)}${isCut ? ' ›' : ''}`
}

interface RowProps {
  readonly row: Row
  readonly fitted: Fitted
  readonly isCurrent: boolean
  readonly mark: Mark | undefined
  readonly width: number
}

/** What a cell looks like: the name, and the cell that matters most. */
function styleOf({ tone }: Row, index: number, isFirst: boolean): (typeof COLORS)[keyof typeof COLORS] | undefined {
  if (tone?.[0] === index) return COLORS[tone[1]]
  return isFirst ? COLORS.name : undefined
}

function RowView({ row, fitted, isCurrent, mark, width }: RowProps): ReactElement {
  const cells = fitted.columns.map(({ index, width: room }) => padded(row.cells[index] ?? '', room))
  const gutter = `${isCurrent ? '>' : ' '}${mark ?? ' '} `
  if (isCurrent)
    return (
      <Text inverse wrap="truncate">
        {padded(gutter + cells.join(between), width)}
      </Text>
    )
  const marked = mark === undefined ? undefined : COLORS[mark === '+' ? 'good' : 'warning']
  return (
    <Text wrap="truncate">
      <Text {...marked}>{gutter}</Text>
      {cells.map((text, at) => {
        const { index } = fitted.columns[at] ?? { index: at }
        const gap = at === cells.length - 1 ? '' : between
        return (
          <Text key={index} {...(marked ?? styleOf(row, index, at === 0))}>
            {text + gap}
          </Text>
        )
      })}
    </Text>
  )
}

function emptyText(app: App, list: List): string {
  if (list.rows.columns.length === 0 || !list.rows.isComplete) return `${app.phase ?? 'loading'} ...`
  return list.filter === '' ? `no ${list.view}` : 'nothing matches the filter; Esc clears it'
}

/** Lines for what of the current row does not fit, if the terminal is high enough for them. */
const PREVIEW = 3
const HIGH_ENOUGH = 12

/** The columns of a row that are left out or cut, one after another. */
function hiddenLine(row: Row | undefined, list: List, { columns }: Fitted): Line {
  const shown = new Map(columns.map(({ index, width }) => [index, width]))
  return (row?.cells ?? []).flatMap((cell, index): Span[] => {
    if (cell === '' || displayWidth(cell) <= (shown.get(index) ?? 0)) return []
    return [styled('dim', `${list.rows.columns[index]?.title ?? ''} `), `${cell}  `]
  })
}

function Preview({ line, width }: { readonly line: Line; readonly width: number }): ReactElement {
  const lines = wrapLine(line, width - GUTTER, '').slice(0, PREVIEW)
  const [first = [], second = [], third = []] = lines.map((each): Line => [' '.repeat(GUTTER), ...each])
  return (
    <>
      <Text dimColor>{'─'.repeat(width)}</Text>
      <Spans line={first} width={width} />
      <Spans line={second} width={width} />
      <Spans line={third} width={width} />
    </>
  )
}

/** The rows that are visible, and the columns that fit. */
function layout(list: List, width: number, room: number) {
  widen(list.widths, list.rows.columns, list.window(room).rows)
  const fitted = fitColumns(list.widths, list.offset, width - GUTTER - 2)
  const hasPreview = fitted.isNarrow && room >= HIGH_ENOUGH
  return { fitted, hasPreview, ...list.window(hasPreview ? room - PREVIEW - 1 : room) }
}

export function ListView({ app, list }: { readonly app: App; readonly list: List }): ReactElement {
  const { columns: width, room } = app
  const now = Date.now()
  const { fitted, hasPreview, top, rows } = layout(list, width, room)
  return (
    <Box flexDirection="column" height={room + 1}>
      <Text bold wrap="truncate">
        {truncate(titleText(list, fitted), width)}
      </Text>
      <Box flexDirection="column" flexGrow={1}>
        {rows.map((row, index) => (
          <RowView
            key={row.key}
            row={row}
            fitted={fitted}
            isCurrent={top + index === list.cursor}
            mark={list.rows.markOf(row, now)}
            width={width}
          />
        ))}
        {rows.length === 0 && <Text dimColor>{`   ${emptyText(app, list)}`}</Text>}
      </Box>
      {hasPreview && <Preview line={hiddenLine(list.current, list, fitted)} width={width} />}
    </Box>
  )
}
