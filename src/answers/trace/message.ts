/** Traces as data. */

import {
  askedProviders,
  type Branch,
  type Ending,
  type Lost,
  type Outcome,
  type Step,
  type Trace,
} from '../../simulation/step.ts'
import type { Endpoint } from '../../simulation/steps/endpoints.ts'
import { placeMessage } from '../place.ts'
import type * as Shapes from '../shapes/trace.ts'
import type { Sources } from './sources.ts'

/** A trace with what was asked. */
export interface TraceAnswer {
  /** As the user writes it. */
  readonly target: string
  /** The client's proxy, or the gateway. */
  readonly from: string
  readonly trace: Trace
}

const lostMessage = ({ what, why, location }: Lost): Shapes.TraceAlternative => ({
  what,
  why,
  ...(location && { location: placeMessage(location) }),
})

/** At most this many objects of a step are listed: an assignment has one for each endpoint. */
const MOST_SOURCES = 20

function stepMessage({ stage, result, reason, resource, origins, lost }: Step, sources: Sources): Shapes.TraceStep {
  return {
    stage,
    result,
    reason,
    ...(resource !== undefined && { resource }),
    sources: sources.of(origins.slice(0, MOST_SOURCES)),
    ...(lost && { lost: lost.map(lostMessage) }),
  }
}

const endpointMessage = ({ address, port, weight, priority, locality, workload }: Endpoint): Shapes.TraceEndpoint => ({
  address,
  port,
  weight,
  priority,
  ...(locality && { locality }),
  ...(workload && { workload }),
})

function branchMessage({ weight, cluster, subset, host, path, tls, targets }: Branch): Shapes.TraceBranch {
  return {
    weight,
    cluster,
    ...(subset && { subset }),
    ...(host !== undefined && { host }),
    ...(path !== undefined && { path }),
    tls,
    endpoints: targets.map(({ endpoint }) => endpointMessage(endpoint)),
  }
}

const detailMessage = ({ status, location, text }: Ending): Shapes.Trace['detail'] => ({
  ...(status !== undefined && { status }),
  ...(location !== undefined && { location }),
  text,
})

/** The value of `-o json` and `-o yaml`. */
export function traceMessage({ target, from, trace }: TraceAnswer, sources: Sources): Shapes.Trace {
  const { steps, branches, ending } = trace
  const providers = askedProviders(trace)
  return {
    target,
    from,
    steps: steps.map((step) => stepMessage(step, sources)),
    branches: branches.map(branchMessage),
    outcome: ending.outcome,
    ...(providers.length > 0 && { ifAllowedBy: providers }),
    detail: detailMessage(ending),
  }
}

const ARRIVED: ReadonlySet<Outcome> = new Set(['reached', 'not-captured'])

/**
 * Whether a trace ends where it should: at an endpoint, past a proxy that is told to leave it alone, or outside of the
 * mesh. A name of a service of the mesh that is passed through has lost its own listener.
 */
export function arrives({ ending: { outcome }, isService }: Trace): boolean {
  return ARRIVED.has(outcome) || (outcome === 'passthrough' && !isService)
}
