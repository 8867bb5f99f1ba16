import { type Asked, parseAsked } from '../../answers/trace/asked.ts'
import { DEFAULT_DEPTH } from '../../answers/trace/depth.ts'
import { traceDot, traceMermaid } from '../../answers/trace/graph.ts'
import { claimsOf } from '../../answers/trace/identity.ts'
import { arrives, type TraceAnswer, traceMessage } from '../../answers/trace/message.ts'
import { originFor } from '../../answers/trace/origin.ts'
import { Sources } from '../../answers/trace/sources.ts'
import { parseTarget, type RequestFlags } from '../../answers/trace/target.ts'
import { tracesLines } from '../../answers/trace/text.ts'
import { UserError } from '../../common/errors.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { renderLines } from '../../formats/spans.ts'
import { Peers, type TraceSettings } from '../../index.ts'
import { readText } from '../../input/files/text-file.ts'
import { loadView } from '../../input/proxy.ts'
import { readBatch } from '../batch.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { TraceOptions } from './options.ts'

/** The claims of the token, from the command line or a file. */
async function claimsIn({ jwtClaims }: TraceOptions, session: Session): Promise<RequestFlags['claims']> {
  if (jwtClaims === undefined) return undefined
  if (jwtClaims.trimStart().startsWith('{')) return claimsOf(jwtClaims, '--jwt-claims')
  const { text, name } = await readText(jwtClaims, '--jwt-claims', session.io)
  return claimsOf(text, name)
}

/** The request of the command line; undefined if a batch has the requests. */
function targetOf(
  operands: readonly string[],
  options: TraceOptions,
  claims: RequestFlags['claims'],
): Asked | undefined {
  const [target, another] = operands
  if (another !== undefined) throw new UserError('one target at a time', '--batch reads many from a file')
  if (options.batch === undefined) {
    if (target === undefined) throw new UserError('no target', 'vipctl trace HOST:PORT -f PATH, or a URL')
    return { target, request: parseTarget(target, { ...options, claims }) }
  }
  const flag = options.principal === undefined ? claims && '--jwt-claims' : '--principal'
  if (flag)
    throw new UserError(`${flag} is for one target`, 'in a batch, each request has its own principal and claims')
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
  lines: Forms['lines'],
  session: Session,
): Promise<Iterable<string>> {
  if (format === 'mermaid') return renderLines(traceMermaid(answers), session.paint)
  if (format === 'dot') return renderLines(traceDot(answers), session.paint)
  const message = () => {
    const messages = answers.map((answer) => traceMessage(answer, sources))
    return batch === undefined ? messages[0] : messages
  }
  return formatOutput(format, { lines, message, draws: true }, session.target)
}

/** `vipctl trace` */
export async function trace(operands: readonly string[], options: TraceOptions, session: Session): Promise<Outcome> {
  if (options.principal !== undefined && options.from !== undefined) {
    throw new UserError('--principal: a client outside of the mesh has no identity in it', 'leave --from out')
  }
  const single = targetOf(operands, options, await claimsIn(options, session))
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
  const lines: Forms['lines'] = (width, tables) => tracesLines(answers, sources, mesh.snapshot.release, width, tables)
  const findings = answers.some((answer) => !arrives(answer.trace))
  return { output: await written(answers, options, sources, lines, session), findings }
}
