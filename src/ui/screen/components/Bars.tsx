/** The lines above and below a page: what is shown, how it is, and what can be done. */
import { Text } from 'ink'
import type { ReactElement } from 'react'
import { type Line, type Span, styled, textOf } from '../../../formats/spans.ts'
import { displayWidth } from '../../../formats/width.ts'
import { withThousands } from '../../../sources/limits.ts'
import type { Message } from '../../protocol.ts'
import type { App } from '../model/app.ts'
import { completions } from '../model/commands.ts'
import { MESSAGE_STYLES } from '../model/help.ts'
import { List } from '../model/list.ts'
import type { Prompt } from '../model/prompt.ts'
import { Spans } from './Spans.tsx'

const widthOf = (line: Line): number => line.reduce((sum, span) => sum + displayWidth(textOf(span)), 0)

/** Puts the second line at the right edge if there is room for it. */
function both(left: Line, right: Line, width: number): Line {
  const gap = width - widthOf(left) - widthOf(right)
  return gap < 2 ? left : [...left, ' '.repeat(gap), ...right]
}

function countText({ shown, rows, filter }: List): string {
  const all = withThousands(rows.all.length)
  const loading = rows.isComplete || rows.size <= rows.all.length ? '' : ` of ${withThousands(rows.size)}`
  return filter === '' ? `${all}${loading}` : `${withThousands(shown.length)}/${all}${loading}`
}

function listTitle(list: List): Line {
  const what = list.pick ? `choose one of ${list.view}` : list.view
  const filter = list.filter === '' ? [] : [styled('warning', `  /${list.filter}`)]
  return [styled('heading', ` ${what}`), styled('dim', ` (${countText(list)})`), ...filter]
}

export function TitleBar({ app }: { readonly app: App }): ReactElement {
  const { top, head, columns, stack } = app
  const depth = stack.length > 1 ? [styled('dim', ' ‹')] : []
  const left = top instanceof List ? listTitle(top) : [styled('heading', ` ${top.title}`)]
  const right: Line = head ? [styled('dim', head.proxy), '  ', styled('dim', head.release), ' '] : []
  const short: Line = head ? [styled('dim', head.proxy), ' '] : []
  const start = [...depth, ...left]
  const fits = widthOf(start) + widthOf(right) + 2 <= columns
  return <Spans line={both(start, fits ? right : short, columns)} width={columns} />
}

/** A long place comes last, because it would hide the text; what follows both is always shown. */
function messageLine({ severity, place, text }: Message, more: string, width: number): Line {
  const isShort = displayWidth(place) <= width / 3
  const all = place === '' ? text : isShort ? `${place}: ${text}` : `${text}: ${place}`
  return [styled(MESSAGE_STYLES[severity], ` ${all}`), styled('dim', more)]
}

function statusOf(app: App): Line {
  const { notice, phase, worst, head, isKept, messages, columns } = app
  if (phase !== undefined) return [styled('dim', ` ${phase} ...`)]
  if (isKept && worst) return messageLine(worst, `  (shown: as of ${head?.time})`, columns)
  if (notice) return [styled(notice.style, ` ${notice.text}`)]
  if (worst) return messageLine(worst, messages.length > 1 ? `  (${messages.length} messages: m)` : '', columns)
  return [styled('dim', head ? ` as of ${head.time}` : '')]
}

/** Long messages keep their end, which says how to see the rest. */
function shortened(line: Line, width: number): Line {
  const over = widthOf(line) - width
  const [first, ...rest] = line
  if (over <= 0 || first === undefined || rest.length === 0) return line
  const text = textOf(first)
  const cut = `${text.slice(0, Math.max(0, text.length - over - 1))}…`
  return [typeof first === 'string' ? cut : { ...first, text: cut }, ...rest]
}

export function StatusBar({ app }: { readonly app: App }): ReactElement {
  return <Spans line={shortened(statusOf(app), app.columns)} width={app.columns} />
}

/** In order of importance; those that do not fit are left out. */
const LIST_KEYS = [
  '? keys',
  'Enter open',
  '/ filter',
  ': list',
  's sort',
  't trace',
  'd dig',
  'o edit',
  'p proxy',
  'n namespace',
  'y yaml',
  'j json',
  'c copy',
  'q quit',
]
const TEXT_KEYS = [
  '? keys',
  'Esc back',
  '1-9 links',
  't trace',
  'd dig',
  'y yaml',
  'j json',
  'o edit',
  'c copy',
  'q quit',
]
const PICK_KEYS = ['Enter choose', 'Esc back', '/ filter']

function hintsOf({ top }: App): readonly string[] {
  if (!(top instanceof List)) return TEXT_KEYS
  return top.pick ? PICK_KEYS : LIST_KEYS
}

function keyLine(hints: readonly string[], width: number): Line {
  const spans: Span[] = []
  let left = width
  for (const hint of hints) {
    left -= hint.length + 2
    if (left < 0) break
    const [key = '', ...what] = hint.split(' ')
    spans.push(' ', styled('heading', key), styled('dim', ` ${what.join(' ')} `))
  }
  return spans
}

function PromptLine({ prompt, width }: { readonly prompt: Prompt; readonly width: number }): ReactElement {
  const sign = prompt.kind === 'filter' ? '/' : ':'
  // The end of a long text is what is typed.
  const text = prompt.text.slice(-Math.max(1, width - 4))
  const names = prompt.kind === 'command' && /^\S*$/.test(prompt.text) ? `   ${completions(prompt.text).join(' ')}` : ''
  const left = width - 3 - displayWidth(text)
  return (
    <Text wrap="truncate">
      {` ${sign}${text}`}
      <Text inverse> </Text>
      <Text dimColor>{names.slice(0, Math.max(0, left))}</Text>
    </Text>
  )
}

export function KeyBar({ app }: { readonly app: App }): ReactElement {
  const { prompt, columns } = app
  if (prompt) return <PromptLine prompt={prompt} width={columns} />
  return <Spans line={keyLine(hintsOf(app), columns)} width={columns} />
}
