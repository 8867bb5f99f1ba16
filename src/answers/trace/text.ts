/** Traces for people: one numbered step per decision, the reason and the places below it. */
import { type Line, type Style, styled } from '../../formats/spans.ts'
import { PLAIN_TABLES, type Section, type Tables } from '../../formats/table.ts'
import { wrap } from '../../formats/wrap.ts'
import type { Release } from '../../resources/mesh/release.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { askedProviders, type Lost, type Outcome, type Stage, type Step } from '../../simulation/step.ts'
import { releaseLine } from '../release.ts'
import type { SourceObject } from '../shapes/place.ts'
import { arrives, type TraceAnswer } from './message.ts'
import type { Sources } from './sources.ts'

/** Without a terminal, and on wide ones, lines are no longer than this. */
const WIDEST = 100
const DEFAULT_WIDTH = 80

const STAGES: Readonly<Record<Stage, string>> = {
  dns: 'name',
  capture: 'capture',
  listener: 'listener',
  filterChain: 'filter chain',
  virtualHost: 'virtual host',
  route: 'route',
  cluster: 'cluster',
  endpoints: 'endpoints',
  authorization: 'authorization',
  inbound: 'workload',
  gateway: 'gateway',
}

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  reached: 'reached',
  passthrough: 'passed through',
  blackhole: 'blocked',
  'no-endpoints': 'no endpoints',
  refused: 'refused',
  redirect: 'redirected',
  'direct-response': 'answered by the proxy',
  'not-captured': 'past the proxy',
  'no-address': 'no address',
  loop: 'loop',
}

const NUMBER = 4
const STAGE = 14
const INDENT = NUMBER + STAGE

function* indented(text: string, width: number, style: Style | undefined): Iterable<Line> {
  const margin = ' '.repeat(INDENT)
  for (const line of wrap(text, width - INDENT)) yield [margin, style ? styled(style, line) : line]
}

const placeText = ({ kind, namespace, name, location }: SourceObject): string =>
  `${location.file}:${location.line} ${kind} ${namespace && `${namespace}/`}${name}`

/** At most this many places and losers are printed; the others are counted. */
const MOST_PLACES = 3

/** The first places or losers, and the number of the others. */
function firstOf(texts: readonly string[]): readonly string[] {
  const more = texts.length - MOST_PLACES
  return more > 0 ? [...texts.slice(0, MOST_PLACES), `and ${more} more`] : texts
}

function lostText({ what, why, location }: Lost): string {
  return `not: ${what}${location ? ` (${fileAndLine(location)})` : ''}: ${why}`
}

/** What is below the result of a step: the reason, then places, then losers. */
function detailsOf({ reason, origins, lost = [] }: Step, sources: Sources): readonly (readonly [Style, string])[] {
  return [
    ...(reason === '' ? [] : [['dim', reason] as const]),
    ...firstOf(sources.of(origins).map(placeText)).map((text) => ['name', text] as const),
    ...firstOf(lost.map(lostText)).map((text) => ['warning', text] as const),
  ]
}

function* stepLines(step: Step, number: number, sources: Sources, width: number): Iterable<Line> {
  const label = `${`${number}.`.padStart(NUMBER - 1)} ${STAGES[step.stage].padEnd(STAGE)}`
  const [first = '', ...more] = wrap(step.result, width - INDENT)
  yield [styled('dim', label), styled('heading', first)]
  for (const line of more) yield [' '.repeat(INDENT), styled('heading', line)]
  for (const [style, text] of detailsOf(step, sources)) yield* indented(text, width, style)
}

/** What an ending depends on, behind its name. */
export function conditionText(providers: readonly string[]): string {
  if (providers.length === 0) return ''
  const verb = providers.length > 1 ? 'allow' : 'allows'
  return `, if ${providers.join(' and ')} ${verb} it`
}

function* endLines({ trace }: TraceAnswer, width: number): Iterable<Line> {
  const { outcome, text } = trace.ending
  const providers = askedProviders(trace)
  const certain = providers.length > 0 ? 'warning' : 'good'
  const style = arrives(trace) ? certain : outcome === 'redirect' || outcome === 'direct-response' ? 'warning' : 'error'
  const label = `=> ${OUTCOMES[outcome]}${conditionText(providers)}: `
  const [first = '', ...more] = wrap(text, width - label.length)
  yield [styled(style, label), first]
  for (const line of more) yield [' '.repeat(label.length), line]
}

/** A step as a row: its number and stage, and beside them the lines of `stepLines`. */
function stepRow(step: Step, number: number, sources: Sources): Section['rows'][number] {
  const details = detailsOf(step, sources).map(([style, text]) => styled(style, text))
  const key = `${String(number).padStart(2)}. ${STAGES[step.stage]}`
  return [styled('dim', key), [styled('heading', step.result), ...details]]
}

function* traceLines(answer: TraceAnswer, sources: Sources, width: number, tables: Tables): Iterable<Line> {
  const rows = answer.trace.steps.map((step, index) => stepRow(step, index + 1, sources))
  const drawn = tables.sections([{ title: styled('heading', answer.target), rows }], width)
  if (drawn) {
    yield* drawn
    yield* endLines(answer, width)
    return
  }
  yield [styled('heading', answer.target)]
  for (const [index, step] of answer.trace.steps.entries()) yield* stepLines(step, index + 1, sources, width)
  yield* endLines(answer, width)
}

/** @param width of the terminal; undefined without one */
export function* tracesLines(
  answers: readonly TraceAnswer[],
  sources: Sources,
  release: Release,
  width: number | undefined,
  tables: Tables = PLAIN_TABLES,
): Iterable<Line> {
  const columns = Math.min(width ?? DEFAULT_WIDTH, WIDEST)
  yield releaseLine(release)
  const [first] = answers
  if (first) yield* headLines(first.from, columns)
  for (const answer of answers) {
    yield []
    yield* traceLines(answer, sources, columns, tables)
  }
}

function* headLines(from: string, width: number): Iterable<Line> {
  const [line = '', ...more] = wrap(from, width - '# from: '.length)
  yield [styled('dim', '# from: '), styled('heading', line)]
  for (const text of more) yield [styled('dim', '#       '), styled('heading', text)]
}
