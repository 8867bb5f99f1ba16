/** Texts that need no mesh. */
import { type Style, styled } from '../../../formats/spans.ts'
import { wrapLine } from '../../../formats/wrap.ts'
import { type Message, type Page, VIEW_IDS } from '../../protocol.ts'
import { KEYS } from './keys.ts'

const MARKS = 'Rows that are new have a + in front for some seconds, changed ones a ~.'
const SAME =
  'Every list shows what a command prints: vipctl allocate, nametable, proxy-config, gateways, conflicts, lint and proxies.'
const WIDEST = Math.max(...KEYS.map(([keys]) => keys.length))

/** @param width of the terminal */
export function helpPage(width: number): Page {
  const hanging = ' '.repeat(WIDEST + 2)
  const keys = KEYS.flatMap(([key, what]) => wrapLine([styled('name', key.padEnd(WIDEST + 2)), what], width, hanging))
  return {
    title: 'keys',
    lines: [
      ...keys,
      [],
      ...wrapLine([styled('heading', 'lists: '), VIEW_IDS.join(', ')], width, ''),
      [],
      ...wrapLine([MARKS], width, ''),
      ...wrapLine([SAME], width, ''),
    ],
    links: [],
  }
}

export const MESSAGE_STYLES: Readonly<Record<Message['severity'], Style>> = {
  error: 'error',
  warning: 'warning',
  note: 'dim',
}

export function messagesPage(messages: readonly Message[], width: number): Page {
  const lines = messages.flatMap(({ severity, place, text, hint }) => [
    ...wrapLine(
      [styled(MESSAGE_STYLES[severity], `${severity}: `), place === '' ? text : `${place}: ${text}`],
      width,
      '  ',
    ),
    ...(hint ? wrapLine(['  hint: ', hint], width, '  ') : []),
  ])
  return {
    title: 'messages about the input',
    lines: lines.length > 0 ? lines : [['There are none.']],
    links: [],
  }
}
