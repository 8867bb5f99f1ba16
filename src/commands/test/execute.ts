/** Runs one test of a suite. */
import { type Mismatch, mismatches } from '../../answers/suite/check.ts'
import { matchMismatches } from '../../answers/suite/match.ts'
import type { Suite, SuiteRequest, SuiteTest } from '../../answers/suite/model.ts'
import type { TestResult } from '../../answers/suite/results.ts'
import { DEFAULT_DEPTH } from '../../answers/trace/depth.ts'
import { arrives } from '../../answers/trace/message.ts'
import { isOutside, originFor } from '../../answers/trace/origin.ts'
import { parseTarget } from '../../answers/trace/target.ts'
import { UserError } from '../../common/errors.ts'
import {
  type MatchedRoute,
  matchedRoute,
  routeNamesOfRouter,
  type Step,
  type Trace,
  type TraceRequest,
  type TraceSettings,
} from '../../index.ts'
import type { SuiteMesh } from './meshes.ts'

const ANY_PORT = 80

function requestOf({ url, tcp, dns, method, headers, sni, alpn, serverFirst }: SuiteRequest): TraceRequest {
  if (dns !== undefined) return { host: dns, port: ANY_PORT }
  const header = [...(headers ?? [])].map(([name, value]) => `${name}: ${value}`)
  return parseTarget(url ?? tcp ?? '', { method, header, sni, alpn: alpn?.join(','), serverFirst })
}

const settingsOf = ({ resolve }: Suite): TraceSettings => ({
  resolve: new Map([...resolve].map(([name, address]) => [name.toLowerCase(), address])),
  allBranches: true,
  depth: DEFAULT_DEPTH,
})

/** Where a request of a test ends. @param from the proxy, or the gateway that a client outside of the mesh enters */
async function traceFrom(from: string | undefined, suite: Suite, test: SuiteTest, mesh: SuiteMesh): Promise<Trace> {
  const outside = isOutside(from)
  const view = await mesh.view(outside ? undefined : from, test.namespace, suite.metadata)
  const options = { from: outside ? from : undefined, namespace: test.namespace ?? suite.namespace }
  const origin = originFor(options, mesh.mesh, view, mesh.peers, mesh.client)
  return origin(requestOf(test.request), settingsOf(suite)).trace
}

async function elsewhere(suite: Suite, test: SuiteTest, mesh: SuiteMesh): Promise<readonly Mismatch[]> {
  const out: Mismatch[] = []
  for (const from of test.expect.notFrom ?? []) {
    const found = await traceFrom(from, suite, test, mesh)
    if (!arrives(found)) continue
    const { outcome, text } = found.ending
    out.push({ what: `from ${from}`, expected: 'not to arrive', got: `${outcome}: ${text}` })
  }
  return out
}

/** The route of a request at the first proxy that has one for its host: a sidecar, then the gateways. */
async function routeOf(suite: Suite, test: SuiteTest, mesh: SuiteMesh): Promise<MatchedRoute | undefined> {
  const { http, port } = requestOf(test.request)
  if (!http) return undefined
  const sidecar = mesh.client(await mesh.view(undefined, suite.namespace, suite.metadata)).configuration
  const own = matchedRoute(sidecar, String(port), port, http)
  if (own) return own
  for (const view of mesh.routers()) {
    const { configuration } = mesh.client(view)
    const names = routeNamesOfRouter(configuration)
    for (const scheme of ['http', 'https'] as const) {
      for (const name of names) {
        const found = matchedRoute(configuration, name, port, { ...http, scheme })
        if (found) return found
      }
    }
  }
  return undefined
}

/** A listener that services share says nothing about them; a filter chain is for one, unless it is for HTTP. */
function reachedBy({ stage, origins }: Step): Step['origins'] {
  if (stage === 'listener') return []
  return stage === 'filterChain' ? origins.filter(({ what }) => what.startsWith('VirtualService ')) : origins
}

type Compared = Pick<TestResult, 'mismatches' | 'ending' | 'steps'>

async function compared(suite: Suite, test: SuiteTest, mesh: SuiteMesh): Promise<Compared> {
  if (test.match) {
    const found = await routeOf(suite, test, mesh)
    mesh.reached?.add(found?.origins ?? [])
    return { mismatches: matchMismatches(test.match, found), ending: undefined, steps: [] }
  }
  const trace = await traceFrom(test.from, suite, test, mesh)
  if (mesh.reached) for (const step of trace.steps) mesh.reached.add(reachedBy(step))
  const found = [...mismatches(trace, test.expect), ...(await elsewhere(suite, test, mesh))]
  return { mismatches: found, ending: trace.ending, steps: found.length > 0 ? trace.steps : [] }
}

/** A proxy or target that cannot be is a failure of the test, and the others go on. */
export async function executeTest(suite: Suite, test: SuiteTest, mesh: SuiteMesh): Promise<TestResult> {
  const result = { suite, test, skipped: undefined }
  try {
    return { ...result, ...(await compared(suite, test, mesh)) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const hint = error.hint === undefined ? '' : ` (${error.hint})`
    const mismatch = { what: 'the request', expected: 'a trace', got: error.message + hint }
    return { ...result, mismatches: [mismatch], ending: undefined, steps: [] }
  }
}
