/** What a route does besides choosing a destination, and how it differs, in words. */
import { sameData } from '../../../comparison/index.ts'
import type {
  ClusterWeight,
  FractionalPercent,
  HeaderOperations,
  Route,
  RouteAction,
} from '../../../simulation/resources.ts'
import { faultOf, percentOf } from '../../../simulation/steps/rewrite.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, isMapping } from '../../../sources/mapping.ts'
import { type Fields, fieldsOf } from '../aspects.ts'
import { destinationText, type Place } from '../words/names.ts'
import { leafTexts } from '../words/values.ts'

/** One setting as text; undefined where a route does not have it. */
type Setting = (route: Route, place: Place) => string | undefined

const NO_TIMEOUT = '0s'

const timeout: Setting = ({ route }) => (!route?.timeout || route.timeout === NO_TIMEOUT ? undefined : route.timeout)

const retries: Setting = ({ route }) => {
  const times = route?.retryPolicy?.numRetries
  return route?.retryPolicy && times ? `${times} time${times === 1 ? '' : 's'}` : undefined
}

const perTry: Setting = ({ route }) => route?.retryPolicy?.perTryTimeout

const retryOn: Setting = ({ route }) => {
  const policy = route?.retryPolicy as { retryOn?: string; retriableStatusCodes?: readonly number[] } | undefined
  if (!policy?.retryOn) return undefined
  return [policy.retryOn, ...(policy.retriableStatusCodes ?? [])].join(',')
}

const pathRewrite: Setting = ({ route }) => {
  if (route?.prefixRewrite) return route.prefixRewrite
  const { regexRewrite } = route ?? {}
  return regexRewrite && `${regexRewrite.substitution ?? ''} (for ${regexRewrite.pattern.regex ?? ''})`
}

const hostRewrite: Setting = ({ route }) => route?.hostRewriteLiteral

const share = (fraction: FractionalPercent = {}): string => `${percentOf(fraction)}%`

const mirrors: Setting = ({ route }, place) => {
  const texts = (route?.requestMirrorPolicies ?? []).map(
    ({ cluster, runtimeFraction }) => `${destinationText(cluster, place)} (${share(runtimeFraction?.defaultValue)})`,
  )
  return texts.length === 0 ? undefined : texts.join(', ')
}

function hashKey(policy: NonNullable<RouteAction['hashPolicy']>[number]): string {
  const { header, cookie, connectionProperties, queryParameter } = policy
  if (header) return `header ${header.headerName ?? ''}`
  if (cookie) return `cookie ${cookie.name ?? ''}`
  return connectionProperties ? 'source address' : `parameter ${queryParameter?.name ?? ''}`
}

const hash: Setting = ({ route }) => {
  const keys = (route?.hashPolicy ?? []).map(hashKey)
  return keys.length === 0 ? undefined : keys.join(', ')
}

const delay: Setting = (route) => {
  const { delay: fault } = faultOf(route) ?? {}
  return fault && `${share(fault.percentage)} wait ${fault.fixedDelay}`
}

const abort: Setting = (route) => {
  const { abort: fault } = faultOf(route) ?? {}
  if (!fault) return undefined
  const status = fault.httpStatus === undefined ? `gRPC status ${fault.grpcStatus ?? 0}` : `status ${fault.httpStatus}`
  return `${share(fault.percentage)} fail with ${status}`
}

/** A setting with its sentence. */
interface Sentence {
  readonly setting: Setting
  /** Completes "requests for HOST". */
  readonly now: (value: string) => string
  readonly never: string
  /** What stands for the absent value behind "before". */
  readonly none: string
}

/** What only a route with a destination has. */
const OF_DESTINATIONS: readonly Sentence[] = [
  { setting: timeout, now: (value) => ` time out after ${value}`, never: ' have no timeout', none: 'no timeout' },
  { setting: retries, now: (value) => ` are retried ${value}`, never: ' are not retried', none: 'not retried' },
  {
    setting: perTry,
    now: (value) => ` wait ${value} for each try`,
    never: ' have no timeout for each try',
    none: 'no limit',
  },
  {
    setting: retryOn,
    now: (value) => ` are retried on ${value}`,
    never: ' have no reason to be retried',
    none: 'nothing',
  },
  { setting: pathRewrite, now: (value) => ` get the path ${value}`, never: ' keep their path', none: 'kept' },
  { setting: hostRewrite, now: (value) => ` get the host ${value}`, never: ' keep their host', none: 'kept' },
  {
    setting: mirrors,
    now: (value) => ` are also sent to ${value}`,
    never: ' are no longer mirrored',
    none: 'not mirrored',
  },
  { setting: hash, now: (value) => ` stick to an endpoint by ${value}`, never: ' stick to no endpoint', none: 'none' },
]

/** What matters only where requests are retried before and after. */
const OF_RETRIES: ReadonlySet<Setting> = new Set([perTry, retryOn])

const OF_ALL: readonly Sentence[] = [
  { setting: delay, now: (value) => `: ${value}`, never: ' are no longer delayed', none: 'no delay' },
  { setting: abort, now: (value) => `: ${value}`, never: ' no longer fail on purpose', none: 'no failures' },
]

/** One thing that differs: the rest of the sentence, what was there before in words, and both values. */
export interface SettingChange {
  readonly rest: string
  /** undefined if `rest` says it. */
  readonly former: string | undefined
  readonly before: string | undefined
  readonly after: string | undefined
}

function ofSentences(was: Route, is: Route, place: Place): readonly SettingChange[] {
  const sentences = was.route && is.route ? [...OF_DESTINATIONS, ...OF_ALL] : OF_ALL
  const isRetriedOnBoth = retries(was, place) !== undefined && retries(is, place) !== undefined
  return sentences.flatMap(({ setting, now, never, none }) => {
    const [before, after] = [setting(was, place), setting(is, place)]
    if (before === after || (OF_RETRIES.has(setting) && !isRetriedOnBoth)) return []
    const rest = after === undefined ? never : now(after)
    return { rest, former: before ?? none, before, after }
  })
}

type HeaderList = NonNullable<HeaderOperations['requestHeadersToAdd']>

/** What is done to each header: `set to a`, `added with b`, `removed`. */
function headerActions(add: HeaderList = [], remove: readonly string[] = []): ReadonlyMap<string, string> {
  const actions = new Map<string, string>()
  const note = (name: string, text: string): void => {
    const known = actions.get(name)
    actions.set(name, known === undefined ? text : `${known}, ${text}`)
  }
  for (const { header, appendAction } of add) {
    note(header.key, `${appendAction === undefined ? 'added with' : 'set to'} ${header.value ?? "''"}`)
  }
  for (const name of remove) note(name, 'removed')
  return actions
}

/** Headers that routes, or their destinations, change. */
function headerChanges(was: HeaderOperations, is: HeaderOperations, where = ''): readonly SettingChange[] {
  const changes: SettingChange[] = []
  for (const [kind, add, remove] of [
    ['request', 'requestHeadersToAdd', 'requestHeadersToRemove'],
    ['response', 'responseHeadersToAdd', 'responseHeadersToRemove'],
  ] as const) {
    const [old, now] = [headerActions(was[add], was[remove]), headerActions(is[add], is[remove])]
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [before, after] = [old.get(name), now.get(name)]
      if (before === after) continue
      const rest = `${where}: the ${kind} header ${name} is ${after ?? 'left alone'}`
      changes.push({ rest, former: before ?? 'left alone', before, after })
    }
  }
  return changes
}

/** Headers that are changed for one destination only. */
function destinationHeaders(was: Route, is: Route, place: Place): readonly SettingChange[] {
  const old = new Map((was.route?.weightedClusters?.clusters ?? []).map((cluster) => [cluster.name, cluster]))
  return (is.route?.weightedClusters?.clusters ?? []).flatMap((cluster) => {
    const before: Omit<ClusterWeight, 'name'> = old.get(cluster.name) ?? {}
    const where = ` to ${destinationText(cluster.name, place)}`
    const rewrite = before.hostRewriteLiteral
    const host = cluster.hostRewriteLiteral
    const rest = `${where} ${host === undefined ? 'keep their host' : `get the host ${host}`}`
    return [
      ...headerChanges(before, cluster, where),
      ...(rewrite === host ? [] : [{ rest, former: rewrite ?? 'kept', before: rewrite, after: host }]),
    ]
  })
}

const SAID_OF_ACTION = [
  'cluster',
  'timeout',
  'maxGrpcTimeout',
  'prefixRewrite',
  'regexRewrite',
  'hostRewriteLiteral',
  'requestMirrorPolicies',
  'hashPolicy',
  'retryPolicy',
  'weightedClusters',
]

const FAULT = 'envoy.filters.http.fault'

const loose = (value: object | undefined): Fields => (value ?? {}) as Fields

/** Fields of messages whose known parts are the same in words. */
function detailTexts(was: RouteAction = {}, is: RouteAction = {}): readonly string[] {
  const [old, now] = [loose(was), loose(is)]
  const others = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => !SAID_OF_ACTION.includes(name),
  )
  const retryDetails = (action: RouteAction): JsonValue => {
    const {
      numRetries: _n,
      perTryTimeout: _t,
      retryOn: _o,
      ...rest
    } = (action.retryPolicy ?? {}) as Record<string, JsonValue>
    const { retriableStatusCodes: _c, ...details } = rest
    return details
  }
  const isRetriedOnBoth = was.retryPolicy && is.retryPolicy
  return [
    ...leafTexts(fieldsOf(old, others) as JsonValue, fieldsOf(now, others) as JsonValue),
    ...(isRetriedOnBoth ? leafTexts(retryDetails(was), retryDetails(is), ['retryPolicy']) : []),
  ]
}

/** Filters of a route other than faults: by name and path. */
function filterTexts(was: Route, is: Route): readonly string[] {
  const filters = ({ typedPerFilterConfig = {} }: Route): JsonValue => {
    const { [FAULT]: _, ...others } = typedPerFilterConfig as Record<string, JsonValue>
    return others
  }
  return leafTexts(filters(was), filters(is)).map((text) => text.replace(/^envoy\.filters\.http\.cors/, 'CORS'))
}

/** The parts of a list or message whose words are the same although they differ. */
function silentTexts(was: Route, is: Route, place: Place): readonly string[] {
  const silent = (
    name: 'requestMirrorPolicies' | 'hashPolicy' | 'regexRewrite',
    setting: Setting,
  ): readonly string[] => {
    const [old, now] = [was.route?.[name], is.route?.[name]] as unknown as (JsonValue | undefined)[]
    return setting(was, place) === setting(is, place) && !sameData(old, now) ? leafTexts(old, now, [name]) : []
  }
  const grpc = (route: Route): JsonValue | undefined => fieldAt(loose(route.route) as JsonValue, 'maxGrpcTimeout')
  const [a, b] = [grpc(was), grpc(is)]
  const ofGrpc =
    was.route && is.route && timeout(was, place) === timeout(is, place) ? leafTexts(a, b, ['maxGrpcTimeout']) : []
  const fault = (route: Route): JsonValue | undefined => faultOf(route) as unknown as JsonValue | undefined
  const sameWords = delay(was, place) === delay(is, place) && abort(was, place) === abort(is, place)
  return [
    ...silent('requestMirrorPolicies', mirrors),
    ...silent('hashPolicy', hash),
    ...silent('regexRewrite', pathRewrite),
    ...ofGrpc,
    ...(sameWords && isMapping(fault(was)) && isMapping(fault(is)) ? leafTexts(fault(was), fault(is), ['fault']) : []),
  ]
}

/** Everything besides the destination in which two routes for the same requests differ. */
export function settingChanges(was: Route, is: Route, place: Place): readonly SettingChange[] {
  const texts = [...detailTexts(was.route, is.route), ...filterTexts(was, is), ...silentTexts(was, is, place)]
  return [
    ...ofSentences(was, is, place),
    ...headerChanges(was, is),
    ...destinationHeaders(was, is, place),
    ...texts.map((text) => ({ rest: `: ${text}`, former: undefined, before: undefined, after: undefined })),
  ]
}
