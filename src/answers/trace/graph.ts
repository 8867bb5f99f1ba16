/** Traces as pictures: Mermaid's flowchart, or a graph for Graphviz. */
import { dotLines } from '../../formats/graph/dot.ts'
import { mermaidLines } from '../../formats/graph/mermaid.ts'
import type { Arrow, Box, Graph } from '../../formats/graph/model.ts'
import type { Line } from '../../formats/spans.ts'
import { askedProviders, type Branch, type Stage, type Step } from '../../simulation/step.ts'
import type { TraceAnswer } from './message.ts'
import { conditionText } from './text.ts'

/** At most this many endpoints of a cluster are drawn; the others are counted. */
const MOST_ENDPOINTS = 10

class GraphBuilder {
  readonly boxes: Box[] = []
  readonly arrows: Arrow[] = []
  readonly #prefix: string
  /** From which the next box follows. */
  #last: readonly string[] = []

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  get last(): readonly string[] {
    return this.#last
  }

  /** Adds a box below the last ones, or below others. */
  add(id: string, text: readonly string[], { label = '', from = this.#last } = {}): string {
    const whole = `${this.#prefix}${id}`
    this.boxes.push({ id: whole, text })
    for (const each of from) this.arrows.push({ from: each, to: whole, label })
    this.#last = [whole]
    return whole
  }

  /** A cluster with its endpoints beside each other, below which the next box follows. */
  addBranch({ weight, cluster, tls, targets }: Branch, id: string, from: readonly string[]): void {
    const top = [this.add(id, ['cluster', cluster], { label: weight < 100 ? `${weight}%` : '', from })]
    const shown = targets.slice(0, MOST_ENDPOINTS).map(({ endpoint }, position) => {
      const text = [`${endpoint.address}:${endpoint.port}`, endpoint.workload]
      return this.add(`${id}e${position}`, text, { label: tls, from: top })
    })
    if (targets.length > shown.length) {
      shown.push(this.add(`${id}more`, [`${targets.length - shown.length} more`], { label: tls, from: top }))
    }
    this.#last = shown.length > 0 ? shown : top
  }
}

/** What follows from the decisions of a proxy; it may have several clusters. */
const BELOW_DECISIONS: ReadonlySet<Stage> = new Set(['cluster', 'endpoints', 'inbound'])

interface Placed {
  readonly branch: Branch
  /** Among all branches. */
  readonly position: number
}

/**
 * The branches of each cluster, by the first step about it. A cluster that uses TLS for some endpoints only has several
 * branches in a row, of which the first has the steps.
 */
function clustersOf(branches: readonly Branch[]): ReadonlyMap<Step, readonly Placed[]> {
  const out = new Map<Step, Placed[]>()
  let cluster: Placed[] = []
  for (const [position, branch] of branches.entries()) {
    const [first] = branch.steps
    if (first) {
      cluster = []
      out.set(first, cluster)
    }
    cluster.push({ branch, position })
  }
  return out
}

/**
 * The steps one below the other. The clusters of the client's own proxy, or of the gateway, are beside each other, each
 * with the proxies on its other side below it.
 */
export function graphOf({ target, trace }: TraceAnswer, prefix: string): Graph {
  const { steps, branches, ending } = trace
  const graph = new GraphBuilder(prefix)
  graph.add('0', [target])
  const clusters = clustersOf(branches)
  /** They are drawn with their clusters. */
  const aboutClusters = new Set(branches.flatMap((branch) => branch.steps))
  let fork: readonly string[] | undefined
  const ends: string[] = []
  let decided = graph.last
  for (const [index, step] of steps.entries()) {
    const cluster = clusters.get(step)
    if (cluster) {
      if (fork) ends.push(...graph.last)
      else fork = graph.last
      for (const { branch, position } of cluster) graph.addBranch(branch, `c${position}`, fork)
    } else if (!aboutClusters.has(step)) {
      const from = step.stage === 'cluster' ? decided : graph.last
      graph.add(String(index + 1), [step.stage, step.result], { from })
      if (!BELOW_DECISIONS.has(step.stage)) decided = graph.last
    }
  }
  graph.add('end', [`${ending.outcome}${conditionText(askedProviders(trace))}`], { from: [...ends, ...graph.last] })
  return graph
}

const graphs = (answers: readonly TraceAnswer[]): readonly Graph[] =>
  answers.map((answer, index) => graphOf(answer, answers.length > 1 ? `t${index}s` : 's'))

/** Traces as a flowchart of Mermaid. */
export const traceMermaid = (answers: readonly TraceAnswer[]): Iterable<Line> => mermaidLines('TD', ...graphs(answers))

/** Traces as a graph for Graphviz. */
export const traceDot = (answers: readonly TraceAnswer[]): Iterable<Line> => dotLines('trace', ...graphs(answers))
