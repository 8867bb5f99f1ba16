/** The way of a request, as `vipctl trace -o json` prints it. */
import type { Trace } from '../answers/shapes/trace.ts'
import { type Asked, askedOf } from '../answers/trace/asked.ts'
import { DEEPEST, DEFAULT_DEPTH } from '../answers/trace/depth.ts'
import { traceMessage } from '../answers/trace/message.ts'
import { originFor } from '../answers/trace/origin.ts'
import { Sources } from '../answers/trace/sources.ts'
import { parseTarget } from '../answers/trace/target.ts'
import { ipFamily } from '../common/addresses.ts'
import { quoted, UserError } from '../common/errors.ts'
import { once } from '../common/once.ts'
import type { Mesh } from '../pipeline.ts'
import type { ProxyView } from '../scope/view.ts'
import { clientOf, Peers, type TraceSettings as Settings } from '../simulation/index.ts'
import { checkFields, flagOf, jsonOf, pairsOf, textOf } from './fields.ts'
import type { TraceRequest, TraceSettings } from './types/proxy.ts'

const TRACE = 'trace'

const SETTINGS = ['from', 'resolve', 'allBranches', 'depth'] as const satisfies readonly (keyof TraceSettings)[]

function resolved(value: unknown): ReadonlyMap<string, string> {
  const pairs = pairsOf(value, `${TRACE}: resolve`)
  for (const [, address] of pairs) {
    if (ipFamily(address) === 0) throw new UserError(`${TRACE}: resolve: ${quoted(address)} is not an IP address`)
  }
  return new Map(pairs.map(([name, address]) => [name.toLowerCase().replace(/\.$/, ''), address]))
}

function settingsOf({ resolve, allBranches, depth = DEFAULT_DEPTH }: TraceSettings): Settings {
  if (!Number.isInteger(depth) || depth < 0 || depth > DEEPEST) {
    throw new UserError(`${TRACE}: depth must be a number from 0 to ${DEEPEST}`)
  }
  return {
    resolve: resolved(resolve),
    allBranches: flagOf(allBranches, `${TRACE}: allBranches`) ?? false,
    depth,
  }
}

const askedIn = (request: string | TraceRequest): Asked =>
  typeof request === 'string'
    ? { target: request, request: parseTarget(request, {}) }
    : askedOf(jsonOf(request, `${TRACE}: the request`))

/** A function that traces requests of a proxy. It throws a UserError for a request that cannot be. */
export function tracer(mesh: Mesh, view: ProxyView) {
  const peers = new Peers(mesh.scope)
  const sources = new Sources(mesh.snapshot)
  const client = once(() => clientOf(view, mesh.scope))
  return (wanted: string | TraceRequest, stated: TraceSettings): Trace => {
    checkFields(stated, SETTINGS, TRACE)
    const settings = settingsOf(stated)
    const { target, request } = askedIn(wanted)
    const option = `${TRACE}: from`
    const place = { from: textOf(stated.from, option), namespace: view.proxy.namespace, option }
    const { from, trace } = originFor(place, mesh, view, peers, client)(request, settings)
    return traceMessage({ target, from, trace }, sources)
  }
}
