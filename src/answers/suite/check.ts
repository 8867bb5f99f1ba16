/** Compares a trace with what a test expects. */
import { formatDuration, parseDuration } from '../../kinds/schema/duration.ts'
import type { Branch, Stage, Trace } from '../../simulation/step.ts'
import { endpointText } from '../../simulation/steps/endpoints.ts'
import type { Expectations } from './model.ts'

/** An expectation that does not hold. */
export interface Mismatch {
  readonly what: string
  readonly expected: string
  readonly got: string
}

const listText = (values: readonly (string | undefined)[]): string => {
  const known = [...new Set(values.map((value) => value ?? 'none'))]
  return known.length > 0 ? known.join(', ') : 'none'
}

/** Every branch must have the value; without branches nothing has it. */
function ofBranches(
  { branches }: Trace,
  what: string,
  expected: string | undefined,
  valueOf: (branch: Branch) => string | undefined,
): readonly Mismatch[] {
  if (expected === undefined) return []
  const values = branches.map(valueOf)
  if (values.length > 0 && values.every((value) => value === expected)) return []
  return [{ what, expected, got: listText(values) }]
}

/** One value; without an expectation, any holds. */
export function ofValue(
  what: string,
  expected: string | number | undefined,
  got: string | number | undefined,
): readonly Mismatch[] {
  return expected === undefined || expected === got
    ? []
    : [{ what, expected: String(expected), got: String(got ?? 'none') }]
}

/** As the reference writes it: `500ms` is `0.500s`. */
export function durationText(text: string | undefined): string | undefined {
  const duration = text === undefined ? undefined : parseDuration(text)
  return duration ? formatDuration(duration) : text
}

const ROUNDING = 0.05

function weights({ branches }: Trace, expected: Expectations['weights'] = new Map()): readonly Mismatch[] {
  return [...expected].flatMap(([name, percent]) => {
    const own = branches.filter(({ cluster, subset }) => cluster === name || subset === name)
    const got = own.reduce((sum, { weight }) => sum + weight, 0)
    return Math.abs(got - percent) <= ROUNDING
      ? []
      : [{ what: `weight of ${name}`, expected: `${percent}%`, got: `${got}%` }]
  })
}

function endpoints({ branches }: Trace, expected: readonly string[] = []): readonly Mismatch[] {
  const all = branches.flatMap(({ targets }) => targets.map(({ endpoint }) => endpoint))
  const names = new Set(all.flatMap((each) => [each.address, endpointText(each), each.workload]))
  const missing = expected.filter((name) => !names.has(name))
  return missing.length === 0
    ? []
    : [{ what: 'endpoints', expected: missing.join(', '), got: listText(all.map(endpointText)) }]
}

function headers({ branches }: Trace, expected: Expectations['headers'] = new Map()): readonly Mismatch[] {
  const sent = branches.map((branch) => branch.sent.http)
  return [...expected].flatMap(([name, value]) => {
    const got = sent.map((request) => (name === 'host' ? request?.authority : request?.headers.get(name)))
    const holds = got.length > 0 && got.every((each) => (each ?? null) === value)
    return holds ? [] : [{ what: `header ${name}`, expected: value ?? 'none', got: listText(got) }]
  })
}

function resolves({ steps }: Trace, expected: Expectations['resolves']): readonly Mismatch[] {
  if (expected === undefined) return []
  const result = steps.find(({ stage }) => stage === 'dns')?.result ?? 'an address is given'
  const [address = ''] = result.split(', ')
  const found = /^[0-9a-f.:]+$/.test(address)
  const holds = typeof expected === 'boolean' ? found === expected : address === expected
  return holds ? [] : [{ what: 'resolves', expected: String(expected), got: result }]
}

function inbound({ steps }: Trace, expected: string | undefined): readonly Mismatch[] {
  if (expected === undefined) return []
  const names = steps.filter(({ stage }) => stage === 'inbound').map(({ resource }) => resource)
  if (names.length > 0 && names.every((name) => name === expected)) return []
  return [{ what: 'inbound', expected, got: listText(names) }]
}

function text({ ending }: Trace, expected: string | undefined): readonly Mismatch[] {
  if (expected === undefined || ending.text.includes(expected)) return []
  return [{ what: 'text', expected, got: ending.text }]
}

/** What does not hold of a trace. Expectations about other proxies are not checked here. */
export function mismatches(trace: Trace, expected: Expectations): readonly Mismatch[] {
  const { ending, steps, route } = trace
  const stepOf = (wanted: Stage) => steps.find(({ stage }) => stage === wanted)
  const virtualHost = stepOf('virtualHost')
  return [
    ...ofValue('outcome', expected.outcome, ending.outcome),
    ...resolves(trace, expected.resolves),
    ...ofValue('listener', expected.listener, stepOf('listener')?.resource),
    ...ofValue('filter chain', expected.filterChain, stepOf('filterChain')?.resource),
    ...ofValue('route configuration', expected.routeConfiguration, virtualHost?.resource),
    ...ofValue('virtual host', expected.virtualHost, virtualHost?.result),
    ...ofValue('route', expected.route, route?.name),
    ...ofValue('timeout', durationText(expected.timeout), durationText(route?.route?.timeout)),
    ...ofBranches(trace, 'cluster', expected.cluster, ({ cluster }) => cluster),
    ...ofBranches(trace, 'subset', expected.subset, ({ subset }) => subset),
    ...ofBranches(trace, 'host', expected.host, ({ host }) => host),
    ...ofBranches(trace, 'path', expected.path, ({ path }) => path),
    ...ofBranches(trace, 'tls', expected.tls, ({ tls }) => tls),
    ...weights(trace, expected.weights),
    ...endpoints(trace, expected.endpoints),
    ...headers(trace, expected.headers),
    ...ofValue('status', expected.status, ending.status),
    ...ofValue('location', expected.location, ending.location),
    ...inbound(trace, expected.inbound),
    ...text(trace, expected.text),
  ]
}
