import type { GraphAnswer } from '../../answers/graph/answer.ts'
import { clusterGraph } from '../../answers/graph/clusters/graph.ts'
import { conflictGraph } from '../../answers/graph/conflicts/graph.ts'
import { focusedHost } from '../../answers/graph/focus.ts'
import { GRAPHS, type GraphKind } from '../../answers/graph/formats.ts'
import { graphOutput } from '../../answers/graph/output.ts'
import { visibilityGraph } from '../../answers/graph/visibility/graph.ts'
import { UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import {
  type AllocatedRegistry,
  computeMesh,
  notModelledClusters,
  unresolvedReferences,
  warningsOf,
} from '../../index.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { load } from '../../input/load.ts'
import { loadView } from '../../input/proxy.ts'
import { inputRequest, viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { GraphOptions } from './options.ts'

/** @throws UserError for an operand that is not a graph */
function kindOf([what]: readonly string[]): GraphKind {
  if (what === undefined) return 'conflicts'
  const found = GRAPHS.find((kind) => kind === what)
  if (found) return found
  const close = nearest(what, GRAPHS)
  const hint = close ? `did you mean ${close}?` : `graphs are ${GRAPHS.join(', ')}; -f names the files to read`
  throw new UserError(`${JSON.stringify(what.slice(0, 80))} is not a graph`, hint)
}

/** The host of `--focus`. */
const focusOf = ({ focus }: GraphOptions, registry: AllocatedRegistry): string | undefined =>
  focus === undefined ? undefined : focusedHost(focus, registry)

async function ofProxy(options: GraphOptions, session: Session): Promise<GraphAnswer> {
  const { mesh, view } = await loadView(await viewRequest(options, session), session)
  await session.report(warningsOf(unresolvedReferences(view)))
  await reportUnstatedCapture(view.proxy, mesh.snapshot, CAPTURE_FLAG, session)
  return conflictGraph(view, focusOf(options, mesh.registry))
}

/** @throws UserError for options about a proxy, because the graph is about all of them */
function checkNoProxy(kind: GraphKind, { proxy, node, meta }: GraphOptions): void {
  const [flag] = Object.entries({ '--proxy': proxy, '--node': node, '--meta': meta }).find(([, value]) => value) ?? []
  if (flag) throw new UserError(`graph ${kind} is about every proxy: ${flag} is for graph conflicts`)
}

async function ofMesh(kind: 'visibility' | 'clusters', options: GraphOptions, session: Session): Promise<GraphAnswer> {
  checkNoProxy(kind, options)
  const { snapshot } = await load(await inputRequest(options, session), session, { reads: 'configuration' })
  const { registry, scope } = computeMesh(snapshot)
  await session.report(notModelledClusters(registry))
  const host = focusOf(options, registry)
  return kind === 'visibility' ? visibilityGraph(scope, host) : clusterGraph(registry, host)
}

/** `vipctl graph` */
export async function graph(operands: readonly string[], options: GraphOptions, session: Session): Promise<Outcome> {
  const kind = kindOf(operands)
  const answer = kind === 'conflicts' ? await ofProxy(options, session) : await ofMesh(kind, options, session)
  return { output: await graphOutput(answer, options.output ?? 'text', session.target) }
}
