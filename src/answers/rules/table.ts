/** The rules of lint as a table. */
import { type Line, type Style, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import type { Level, RuleMessage } from './message.ts'

const HEADERS = ['RULE', 'SEVERITY', 'ANSWERS TO', 'TITLE'] as const

const STYLES: Readonly<Record<Level, Style>> = { error: 'error', warning: 'warning', info: 'name', off: 'dim' }

const row = ({ rule, severity, answersTo, title }: RuleMessage): Line => [
  styled('name', rule),
  styled(STYLES[severity], severity),
  answersTo.join(' ') || '-',
  title,
]

/** @param width that of the terminal; undefined for no truncation */
export const rulesLines = (rules: readonly RuleMessage[], width: number | undefined): Iterable<Line> =>
  tableLines(HEADERS, rules.map(row), width)
