/** Traces and DNS answers, as `vipctl trace` and `vipctl dig` print them. */
import { parseQuestion } from '../../answers/dns/question.ts'
import { digLines } from '../../answers/dns/text.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { releaseText } from '../../answers/release.ts'
import { DEFAULT_DEPTH } from '../../answers/trace/depth.ts'
import { originFor } from '../../answers/trace/origin.ts'
import { Sources } from '../../answers/trace/sources.ts'
import { parseTarget } from '../../answers/trace/target.ts'
import { tracesLines } from '../../answers/trace/text.ts'
import { UserError } from '../../common/errors.ts'
import { NameExplainer } from '../../dns/explain.ts'
import { LookupTable } from '../../dns/lookup-table.ts'
import type { Line } from '../../formats/spans.ts'
import type { LoadedView } from '../../input/proxy.ts'
import { packageVersion } from '../../own-program.ts'
import { computeNameTable } from '../../pipeline.ts'
import { Peers } from '../../simulation/index.ts'

/**
 * @param text a name, with or without a type
 * @throws UserError for a name that cannot be looked up
 */
export function dig({ view, mesh, proxy }: LoadedView, text: string): Iterable<Line> {
  const question = parseQuestion(text)
  if (!question) throw new UserError('no name to look up')
  const names = computeNameTable(view)
  const table = new LookupTable(names, view)
  const explainer = new NameExplainer(view, mesh.scope, table)
  const { name, type } = question
  const asked = [{ question, steps: [{ name, answer: table.lookup(name, type) }] }]
  const release = releaseText(mesh.snapshot.release)
  return digLines({ version: packageVersion(), release, asked, proxy, proxyText: proxyText(view), explainer })
}

/**
 * @param target `host:port` or a URL
 * @throws UserError for a target that cannot be
 */
export function trace({ view, mesh }: LoadedView, target: string, width: number): Iterable<Line> {
  const peers = new Peers(mesh.scope)
  const settings = { resolve: new Map<string, string>(), allBranches: false, depth: DEFAULT_DEPTH }
  const request = parseTarget(target, {})
  const { from, trace: found } = originFor({}, mesh, view, peers)(request, settings)
  return tracesLines([{ target, from, trace: found }], new Sources(mesh.snapshot), mesh.snapshot.release, width)
}
