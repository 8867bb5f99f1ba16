/** Limits of connections and requests, and when endpoints are taken out, in words. */

import type { JsonValue } from '../../../sources/document.ts'
import { type Aspect, type Fields, fieldOf, fieldsOf, mappingOf, pathPhrases } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import { valueText } from '../words/values.ts'

/** Envoy's largest number, which istiod sends for no limit. */
const NO_LIMIT = 4_294_967_295

/** A number of things with its noun; undefined and Envoy's largest number are no limit. */
const limitText = (value: JsonValue | undefined): string =>
  value === undefined || value === NO_LIMIT ? 'no limit' : String(value)

/** Fields by name, and how a change of each reads; the others are named by path. */
type Words = { readonly [field: string]: (before: JsonValue | undefined, after: JsonValue | undefined) => string }

/** The differences of two messages: known fields in words, the others by path. */
export function wordsOf(before: Fields, after: Fields, words: Words, under: readonly string[]): readonly Phrase[] {
  const phrases: Phrase[] = []
  for (const [field, text] of Object.entries(words)) {
    const [was, is] = [fieldOf(before, field), fieldOf(after, field)]
    if (JSON.stringify(was) === JSON.stringify(is)) continue
    phrases.push({
      kind: 'cluster-change',
      lead: '',
      rest: `: ${text(was, is)}`,
      ...(was !== undefined && { before: valueText(was) }),
      ...(is !== undefined && { after: valueText(is) }),
    })
  }
  const others = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !Object.hasOwn(words, name),
  )
  return [...phrases, ...pathPhrases('cluster-change', fieldsOf(before, others), fieldsOf(after, others), under)]
}

export const atMost = (noun: string) => (was: JsonValue | undefined, is: JsonValue | undefined) =>
  is === undefined || is === NO_LIMIT
    ? `${noun} are no longer limited (before: at most ${limitText(was)})`
    : `at most ${String(is)} ${noun} (before: ${limitText(was)})`

const onText = (value: JsonValue | undefined): string => (value === true ? 'on' : 'off')

const THRESHOLDS: Words = {
  maxConnections: atMost('connections'),
  maxPendingRequests: atMost('waiting requests'),
  maxRequests: atMost('requests at a time'),
  maxRetries: atMost('retries at a time'),
  trackRemaining: (was, is) => `metrics of what is left of limits: ${onText(is)} (before: ${onText(was)})`,
}

/** `label AFTER unit (before: BEFORE)` */
export const nowWords =
  (label: string, none = 'default', unit = '') =>
  (was: JsonValue | undefined, is: JsonValue | undefined): string => {
    const text = (value: JsonValue | undefined): string => (value === undefined ? none : valueText(value))
    return `${label} ${text(is)}${is === undefined ? '' : unit} (before: ${text(was)})`
  }

const firstThreshold = (cluster: Fields): Fields => {
  const { thresholds } = mappingOf(fieldOf(cluster, 'circuitBreakers')) as { readonly thresholds?: JsonValue }
  return mappingOf(Array.isArray(thresholds) ? thresholds[0] : undefined)
}

/** The message without its first list of thresholds, which has words of its own. */
function besidesFirst(cluster: Fields): Fields {
  const { thresholds, ...others } = mappingOf(fieldOf(cluster, 'circuitBreakers')) as { thresholds?: JsonValue }
  const more = Array.isArray(thresholds) && thresholds.length > 1 ? { thresholds: thresholds.slice(1) } : {}
  return { ...others, ...more } as Fields
}

export const LIMITS: Aspect = {
  fields: ['circuitBreakers'],
  describe: (before, after) => [
    ...wordsOf(firstThreshold(before), firstThreshold(after), THRESHOLDS, ['circuitBreakers']),
    ...pathPhrases('cluster-change', besidesFirst(before), besidesFirst(after), ['circuitBreakers']),
  ],
}

const OUTLIERS: Words = {
  consecutive5xx: nowWords('endpoints are taken out after', 'no number of errors', ' errors'),
  consecutiveGatewayFailure: nowWords(
    'endpoints are taken out after',
    'no number of gateway errors',
    ' gateway errors',
  ),
  consecutiveLocalOriginFailure: nowWords(
    'endpoints are taken out after',
    'no number of failed connections',
    ' failed connections',
  ),
  interval: nowWords('endpoints are judged every', '10s'),
  baseEjectionTime: nowWords('endpoints are taken out for at least', '30s'),
  maxEjectionPercent: nowWords('the most endpoints that are taken out are', '10', '%'),
}

function outlierPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [fieldOf(before, 'outlierDetection'), fieldOf(after, 'outlierDetection')]
  if (was !== undefined && is !== undefined)
    return wordsOf(mappingOf(was), mappingOf(is), OUTLIERS, ['outlierDetection'])
  const rest =
    is === undefined
      ? ': endpoints that fail are no longer taken out (no outlier detection)'
      : `: endpoints that fail are taken out (outlier detection${outlierSummary(mappingOf(is))})`
  return [{ kind: 'cluster-change', lead: '', rest }]
}

/** ` after 5 errors in a row` */
function outlierSummary(detection: Fields): string {
  const errors = fieldOf(detection, 'consecutive5xx') ?? fieldOf(detection, 'consecutiveGatewayFailure')
  return errors === undefined ? '' : ` after ${String(errors)} errors`
}

export const OUTLIER_DETECTION: Aspect = { fields: ['outlierDetection'], describe: outlierPhrases }
