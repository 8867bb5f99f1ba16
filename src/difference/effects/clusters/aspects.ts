/** What of a cluster has words of its own. */
import type { JsonValue } from '../../../sources/document.ts'
import { valueAt } from '../../../sources/mapping.ts'
import { type Aspect, type Fields, fieldOf, fieldsOf, pathPhrases } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import { BALANCING, DISCOVERY } from './discovery.ts'
import { HTTP_OPTIONS } from './http.ts'
import { LIMITS, nowWords, OUTLIER_DETECTION, wordsOf } from './limits.ts'
import { UPSTREAM_TLS } from './tls.ts'

const CONNECT_TIMEOUT: Aspect = {
  fields: ['connectTimeout'],
  describe: (before, after) =>
    wordsOf(
      fieldsOf(before, ['connectTimeout']),
      fieldsOf(after, ['connectTimeout']),
      { connectTimeout: nowWords('a connection must be established within', '5s') },
      [],
    ),
}

const KEEPALIVE: Aspect = {
  fields: ['upstreamConnectionOptions'],
  describe: (before, after) => {
    const [was, is] = [fieldOf(before, 'upstreamConnectionOptions'), fieldOf(after, 'upstreamConnectionOptions')]
    if (was === undefined || is === undefined) {
      const rest = is === undefined ? ': TCP keepalive is off' : ': TCP keepalive is on'
      return [{ kind: 'cluster-change', lead: '', rest }]
    }
    return pathPhrases('cluster-change', was as Fields, is as Fields, [])
  },
}

const WEIGHTED: readonly string[] = ['commonLbConfig', 'localityWeightedLbConfig']

function localityPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [valueAt(before as JsonValue, WEIGHTED), valueAt(after as JsonValue, WEIGHTED)]
  const weighted: Phrase[] = []
  if ((was === undefined) !== (is === undefined)) {
    const rest = is === undefined ? ': localities share no more by weight' : ': localities share by weight'
    weighted.push({ kind: 'cluster-change', lead: '', rest })
  }
  const others = (cluster: Fields): Fields => {
    const {
      localityWeightedLbConfig: _l,
      healthyPanicThreshold: _h,
      ...rest
    } = mapping(cluster) as {
      [field: string]: JsonValue
    }
    return rest
  }
  return [
    ...weighted,
    ...panicPhrases(mapping(before), mapping(after)),
    ...pathPhrases('cluster-change', others(before), others(after), ['commonLbConfig']),
  ]
}

const mapping = (cluster: Fields): Fields => (fieldOf(cluster, 'commonLbConfig') ?? {}) as Fields

/** Envoy's default in percent. */
const DEFAULT_PANIC = 50

/** When endpoints that are not healthy are used anyway. */
function panicText(config: Fields): string {
  const threshold = fieldOf(config, 'healthyPanicThreshold')
  const percent = threshold === undefined ? DEFAULT_PANIC : Number(valueAt(threshold, ['value']) ?? 0)
  return percent === 0 ? 'never used' : `used if fewer than ${percent}% are healthy`
}

function panicPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [panicText(before), panicText(after)]
  if (was === is) {
    const [old, now] = [fieldOf(before, 'healthyPanicThreshold'), fieldOf(after, 'healthyPanicThreshold')]
    return pathPhrases('cluster-change', { threshold: old ?? null }, { threshold: now ?? null }, [
      'healthyPanicThreshold',
    ])
  }
  const rest = `: unhealthy endpoints are ${is} (before: ${was})`
  return [{ kind: 'cluster-change', lead: '', rest, before: was, after: is }]
}

const LOCALITIES: Aspect = { fields: ['commonLbConfig'], describe: localityPhrases }

/** In the order in which they are printed. `metadata` and `loadAssignment` are described elsewhere. */
export const CLUSTER_ASPECTS: readonly Aspect[] = [
  DISCOVERY,
  BALANCING,
  LIMITS,
  OUTLIER_DETECTION,
  CONNECT_TIMEOUT,
  HTTP_OPTIONS,
  UPSTREAM_TLS,
  LOCALITIES,
  KEEPALIVE,
]
