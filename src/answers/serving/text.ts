/** Queries as lines of text. */
import { type Line, type Span, type Style, styled } from '../../formats/spans.ts'
import type { Query } from './message.ts'

const TIME_START = 11
const TIME_END = 23

/** `12:03:04.123`, in UTC */
const timeText = (time: number): string => new Date(time).toISOString().slice(TIME_START, TIME_END)

const styleOf = (code: string): Style => (code === 'NOERROR' ? 'name' : 'error')

function sourceText({ outcome, upstream, location }: Query): string {
  if (location) return `${location.file}:${location.line}`
  if (upstream !== undefined) return `upstream ${upstream}`
  return outcome === 'table' ? 'table' : outcome === 'failed' ? 'no upstream answered' : outcome
}

/** Time, client, transport, name, type, code, answers, where they come from, and how long it took. */
export function queryLine(query: Query): Line {
  const { time, client, transport, name, type, code, answers, microseconds } = query
  const parts: readonly (Span | string)[] = [
    styled('dim', timeText(time)),
    `${client} ${transport}`,
    styled('heading', name || '-'),
    type || '-',
    code ? styled(styleOf(code), code) : '-',
    answers.join(',') || '-',
    styled('dim', sourceText(query)),
    styled('dim', `${microseconds}us`),
  ]
  return parts.flatMap((part, index) => (index === 0 ? [part] : [' ', part]))
}
