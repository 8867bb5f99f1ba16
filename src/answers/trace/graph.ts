/** Traces as pictures: Mermaid's flowchart, or a graph for Graphviz. */
import { clean } from '../../formats/clean.ts'
import type { Line } from '../../formats/spans.ts'
import type { TraceAnswer } from './message.ts'

interface Box {
  readonly id: string
  readonly text: readonly string[]
}

interface Arrow {
  readonly from: string
  readonly to: string
  /** '' without one. */
  readonly label: string
}

interface Graph {
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

/** At most this many endpoints of a cluster are drawn; the others are counted. */
const MOST_ENDPOINTS = 10

/** The steps one below the other; clusters with their endpoints beside each other. */
function graphOf({ target, trace }: TraceAnswer, prefix: string): Graph {
  const boxes: Box[] = [{ id: `${prefix}0`, text: [target] }]
  const arrows: Arrow[] = []
  let last = `${prefix}0`
  const add = (id: string, text: readonly string[], label = '', from = last): void => {
    boxes.push({ id, text })
    arrows.push({ from, to: id, label })
  }
  for (const [index, { stage, result }] of trace.steps.entries()) {
    if (stage === 'cluster' || stage === 'endpoints') continue
    const id = `${prefix}${index + 1}`
    add(id, [stage, result])
    last = id
  }
  const before = lastBeforeClusters(trace.steps, prefix) ?? last
  for (const [index, { weight, cluster, tls, targets }] of trace.branches.entries()) {
    const id = `${prefix}c${index}`
    add(id, ['cluster', cluster], weight < 100 ? `${weight}%` : '', before)
    const shown = targets.slice(0, MOST_ENDPOINTS)
    for (const [position, { endpoint }] of shown.entries()) {
      add(`${id}e${position}`, [`${endpoint.address}:${endpoint.port}`, endpoint.workload], tls, id)
    }
    if (targets.length > shown.length) add(`${id}more`, [`${targets.length - shown.length} more`], tls, id)
  }
  add(`${prefix}end`, [trace.ending.outcome], '', last)
  return { boxes, arrows }
}

function lastBeforeClusters(steps: TraceAnswer['trace']['steps'], prefix: string): string | undefined {
  const first = steps.findIndex(({ stage }) => stage === 'cluster')
  return first < 0 ? undefined : `${prefix}${first}`
}

const lines = (text: readonly string[]): readonly string[] => text.filter((line) => line !== '').map(clean)

/** Mermaid reads `#quot;` and other entities inside of quotes. */
const mermaidText = (text: readonly string[]): string =>
  lines(text)
    .map((line) => line.replace(/[#"<>&]/g, (char) => `#${char.charCodeAt(0)};`))
    .join('<br>')

const dotText = (text: readonly string[]): string =>
  lines(text)
    .map((line) => line.replace(/[\\"]/g, (char) => `\\${char}`))
    .join('\\n')

const graphs = (answers: readonly TraceAnswer[]): readonly Graph[] =>
  answers.map((answer, index) => graphOf(answer, answers.length > 1 ? `t${index}s` : 's'))

export function* mermaidLines(answers: readonly TraceAnswer[]): Iterable<Line> {
  yield ['flowchart TD']
  for (const { boxes, arrows } of graphs(answers)) {
    for (const { id, text } of boxes) yield [`  ${id}["${mermaidText(text)}"]`]
    for (const { from, to, label } of arrows) {
      yield [`  ${from} -->${label && `|"${mermaidText([label])}"|`} ${to}`]
    }
  }
}

export function* dotLines(answers: readonly TraceAnswer[]): Iterable<Line> {
  yield ['digraph trace {']
  yield ['  node [shape=box]']
  for (const { boxes, arrows } of graphs(answers)) {
    for (const { id, text } of boxes) yield [`  ${id} [label="${dotText(text)}"]`]
    for (const { from, to, label } of arrows) yield [`  ${from} -> ${to}${label && ` [label="${dotText([label])}"]`}`]
  }
  yield ['}']
}
