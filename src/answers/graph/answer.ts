/** A graph of a mesh: what is drawn, and what the drawing leaves out. */
import type { Graph } from '../../formats/graph/model.ts'
import type { Line } from '../../formats/spans.ts'
import type { Release } from '../../resources/mesh/release.ts'
import type { GraphKind } from './formats.ts'

export interface GraphAnswer {
  readonly kind: GraphKind
  readonly release: Release
  /** Comments that say what it is about, such as the proxy. */
  readonly about: readonly Line[]
  readonly graph: Graph
  /** Sentences without a full stop: why there is nothing to draw, and what is folded. */
  readonly notes: readonly string[]
  /** The data of the whole graph, without folding. */
  message(): object
}
