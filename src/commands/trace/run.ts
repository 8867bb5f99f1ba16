import { DEFAULT_DEPTH } from '../../answers/trace/depth.ts'
import { dotLines, mermaidLines } from '../../answers/trace/graph.ts'
import { arrives, type TraceAnswer, traceMessage } from '../../answers/trace/message.ts'
import { originFor } from '../../answers/trace/origin.ts'
import { Sources } from '../../answers/trace/sources.ts'
import { parseTarget } from '../../answers/trace/target.ts'
import { tracesLines } from '../../answers/trace/text.ts'
import { UserError } from '../../common/errors.ts'
import { formatOutput } from '../../formats/output.ts'
import { type Line, renderLines } from '../../formats/spans.ts'
import { Peers, type TraceSettings } from '../../index.ts'
import { loadView } from '../../input/proxy.ts'
import { readBatch } from '../batch.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { type Asked, parseAsked } from './batch.ts'
import type { TraceOptions } from './options.ts'

/** The request of the command line; undefined if a batch has the requests. */
function targetOf(operands: readonly string[], options: TraceOptions): Asked | undefined {
  const [target, another] = operands
  if (another !== undefined) throw new UserError('one target at a time', '--batch reads many from a file')
  if (options.batch === undefined) {
    if (target === undefined) throw new UserError('no target', 'vipctl trace HOST:PORT -f PATH, or a URL')
    return { target, request: parseTarget(target, options) }
  }
  if (target !== undefined) throw new UserError('--batch reads the targets from its file: give no target with it')
  return undefined
}

function settingsOf({ resolve = [], allBranches = false, depth = DEFAULT_DEPTH }: TraceOptions): TraceSettings {
  const addresses = resolve.map(([name, address]) => [name.toLowerCase().replace(/\.$/, ''), address] as const)
  return { resolve: new Map(addresses), allBranches, depth }
}

async function written(
  answers: readonly TraceAnswer[],
  { output: format = 'text', batch }: TraceOptions,
  sources: Sources,
  lines: (width: number | undefined) => Iterable<Line>,
  session: Session,
): Promise<Iterable<string>> {
  if (format === 'mermaid') return renderLines(mermaidLines(answers), session.paint)
  if (format === 'dot') return renderLines(dotLines(answers), session.paint)
  const message = () => {
    const messages = answers.map((answer) => traceMessage(answer, sources))
    return batch === undefined ? messages[0] : messages
  }
  return formatOutput(format, { lines, message }, session.target)
}

/** `vipctl trace` */
export async function trace(operands: readonly string[], options: TraceOptions, session: Session): Promise<Outcome> {
  const single = targetOf(operands, options)
  const request = await viewRequest(options, session, { path: options.batch })
  const { mesh, view } = await loadView(request, session)
  const asked = single ? [single] : await readBatch(options.batch as string, session, parseAsked)
  const peers = new Peers(mesh.scope)
  const origin = originFor(options, mesh, view, peers)
  const settings = settingsOf(options)
  const answers = asked.map(({ target, request: wanted }): TraceAnswer => {
    const { from, trace: found } = origin(wanted, settings)
    return { target, from, trace: found }
  })
  const sources = new Sources(mesh.snapshot)
  const lines = (width: number | undefined) => tracesLines(answers, sources, mesh.snapshot.release, width)
  const findings = answers.some((answer) => !arrives(answer.trace))
  return { output: await written(answers, options, sources, lines, session), findings }
}
