/** The results of `verify` in words, for every form of the answer. */
import { counted } from '../../formats/counted.ts'
import { versionText } from '../../releases/version.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { JsonValue } from '../../sources/document.ts'
import {
  type ExplainedFinding,
  type Explanation,
  findingsOf,
  type MessageDifference,
  type NamedObject,
  type ResourceVerdict,
  type VerifiedKind,
  type VerifiedProxy,
} from '../../verification/index.ts'
import { releaseText } from '../release.ts'

/** Singular and plural of what each kind has. */
const KINDS: Readonly<Record<VerifiedKind, readonly [one: string, several: string]>> = {
  lds: ['listener', 'listeners'],
  rds: ['route configuration', 'route configurations'],
  cds: ['cluster', 'clusters'],
  eds: ['load assignment', 'load assignments'],
  nds: ['name', 'names'],
}

export const kindWord = (kind: VerifiedKind): string => KINDS[kind][0]

const countedKind = (kind: VerifiedKind, count: number): string => counted(count, ...KINDS[kind])

/** `sidecar of namespace shop, Istio 1.29.2 (Deployment istiod), proxy 1.29.1` */
export function proxyWords({ view: { proxy }, release }: VerifiedProxy): string {
  const own = proxy.metadata.has('ISTIO_VERSION') ? [`proxy of Istio ${versionText(proxy.version)}`] : []
  const what = proxy.type === 'router' ? 'gateway' : 'sidecar'
  return [`${what} ${proxy.id} in cluster ${proxy.clusterId}`, `istiod of ${releaseText(release)}`, ...own].join(', ')
}

const VERDICTS: readonly ResourceVerdict[] = ['missing', 'extra', 'differs', 'refused']

/** After a number: `2 missing`. */
const VERDICT_WORDS: Readonly<Record<ResourceVerdict, string>> = {
  missing: 'missing',
  extra: 'extra',
  differs: 'different',
  refused: 'refused by Envoy',
}

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** How many resources are as computed, and which are not. */
export function summaryWords(verified: Pick<VerifiedProxy, 'kinds'>): string {
  const { kinds } = verified
  const findings = findingsOf(verified)
  const equal = kinds.filter((kind) => kind.equal > 0).map((kind) => countedKind(kind.kind, kind.equal))
  const same = equal.length > 0 ? `${list(equal)} as computed` : 'nothing as computed'
  if (findings.length === 0) return kinds.length === 0 ? 'nothing to compare' : same
  const verdicts = VERDICTS.flatMap((verdict) => {
    const count = findings.filter((finding) => finding.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${VERDICT_WORDS[verdict]}`]
  })
  return `${list(verdicts)}; ${same}`
}

const WHY_ABSENT: Readonly<Record<VerifiedKind, string>> = {
  lds: 'the dump does not have them',
  rds: 'the dump does not have them',
  cds: 'the dump does not have them',
  eds: 'the dump was made without include_eds',
  nds: "istiod's answer to /debug/ndsz has them: --ndsz",
}

/** What is not compared, and why: one text per kind. */
const absentWords = (absent: readonly VerifiedKind[]): readonly string[] =>
  absent.map((kind) => `${KINDS[kind][1]} (${WHY_ABSENT[kind]})`)

/** What holds for the comparison as a whole. */
export function noteWords({ kinds, state, absent }: VerifiedProxy): readonly string[] {
  const warming = kinds.flatMap(({ kind, warming: names }) =>
    names.length > 0 ? [countedKind(kind, names.length)] : [],
  )
  const notes = [
    ...(warming.length > 0 ? [`received but not in use yet, because something else is missing: ${list(warming)}`] : []),
    ...(state.hostsOnly
      ? ['endpoints are compared by address, weight and locality, which is what /clusters tells']
      : []),
    ...(absent.length > 0 ? [`not compared: ${absentWords(absent).join('; ')}`] : []),
  ]
  if (state.extensions.length === 0) return notes
  return [...notes, `filters from extension configuration discovery are not compared: ${state.extensions.join(', ')}`]
}

const MOST_VALUE = 160
const SHORT_VALUE = 60

/** A value on one line, cut after a while. */
function valueWords(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length <= MOST_VALUE ? text : `${text.slice(0, MOST_VALUE)}...`
}

/** Messages and lists say too much for a line, and their paths tell what they are. */
const isWhole = (value: JsonValue | undefined): boolean => JSON.stringify(value ?? null).length > SHORT_VALUE

/** Both values of a difference, for a table. */
export function valuesWords({ computed, actual }: MessageDifference): readonly [computed: string, actual: string] {
  if (actual === undefined && isWhole(computed)) return ['(long)', 'nothing']
  if (computed === undefined && isWhole(actual)) return ['nothing', '(long)']
  return [valueWords(computed), valueWords(actual)]
}

/** `connectTimeout: computed is "10s", the proxy has "5s"`, `virtualHosts[a.example.com:80] is missing` */
export function differenceWords({ path, computed, actual }: MessageDifference): string {
  if (actual === undefined && isWhole(computed)) return `${path} is missing`
  if (computed === undefined && isWhole(actual)) return `${path} is not computed`
  return `${path}: computed is ${valueWords(computed)}, the proxy has ${valueWords(actual)}`
}

/** `ServiceEntry shop/orders (mesh/orders.yaml:3)` */
function objectWords({ what, location }: NamedObject): string {
  return location ? `${what} (${fileAndLine(location)})` : what
}

/** Longer lists of objects end with their number. */
const MOST_OBJECTS = 5

export function objectsWords(objects: readonly NamedObject[]): string {
  const distinct = [...new Map(objects.map((object) => [object.what, object])).values()]
  const shown = distinct.slice(0, MOST_OBJECTS).map(objectWords)
  return distinct.length > MOST_OBJECTS ? `${shown.join(', ')} and ${distinct.length - MOST_OBJECTS} more` : list(shown)
}

const withoutMilliseconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z')

/** A sentence without a full stop. */
export function explanationWords(explanation: Explanation): string {
  switch (explanation.kind) {
    case 'stale': {
      const { since, objects } = explanation
      const change = objects.length > 0 ? `, before a change of ${objectsWords(objects)}` : ''
      return `stale: the proxy has what ${since} gives${change}`
    }
    case 'changed-later': {
      const { object, changed, updated } = explanation
      return (
        `may be stale: ${objectWords(object)} changed at ${withoutMilliseconds(changed)}, after the proxy's update at ` +
        withoutMilliseconds(updated)
      )
    }
    case 'not-modelled':
      return `may be the effect of ${objectWords(explanation.object)}, which vipctl does not model`
    case 'unhealthy':
      return 'Envoy itself may have found endpoints unhealthy (outlier detection): --clusters tells'
  }
}

/** What is wrong with a resource, after its name. */
export function verdictWords({ verdict, held, refusal }: ExplainedFinding): string {
  if (verdict === 'missing') return 'is missing'
  if (verdict === 'extra') return 'is not computed'
  if (verdict === 'differs') return 'differs'
  if (!held) return 'was refused by Envoy'
  return `was refused by Envoy${refusal?.at ? ` at ${withoutMilliseconds(refusal.at)}` : ''}, which keeps an older version`
}
