/** Texts that need no mesh. */
import { type Line, type Style, styled } from '../../../formats/spans.ts'
import { wrapLine } from '../../../formats/wrap.ts'
import { type Message, type Page, VIEW_IDS } from '../../protocol.ts'
import { KEYS } from './keys.ts'

const WIDEST = Math.max(...KEYS.map(([keys]) => keys.length))

export function helpPage(): Page {
  const keys = KEYS.map(([key, what]): Line => [styled('name', key.padEnd(WIDEST + 2)), what])
  return {
    title: 'keys',
    lines: [
      ...keys,
      [],
      [styled('heading', 'lists: '), VIEW_IDS.join(', ')],
      [],
      ['Rows that are new have a + in front for some seconds, changed ones a ~.'],
      ['Every list shows what a command prints: vipctl allocate, nametable, proxy-config,'],
      ['gateways, conflicts, lint, proxies. A fact that looks wrong here is wrong there too.'],
    ],
    links: [],
  }
}

const STYLES: Readonly<Record<Message['severity'], Style>> = { error: 'error', warning: 'warning', note: 'dim' }

export function messagesPage(messages: readonly Message[], width: number): Page {
  const lines = messages.flatMap(({ severity, place, text, hint }) => [
    ...wrapLine([styled(STYLES[severity], `${severity}: `), place === '' ? text : `${place}: ${text}`], width, '  '),
    ...(hint ? wrapLine(['  hint: ', hint], width, '  ') : []),
  ])
  return {
    title: 'messages about the input',
    lines: lines.length > 0 ? lines : [['There are none.']],
    links: [],
  }
}
