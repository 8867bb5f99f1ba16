/** Endpoints that come, go or change, in words; of EDS and of clusters that resolve names themselves. */

import { groupBy } from '../../../common/collections.ts'
import { sameData } from '../../../comparison/index.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, isMapping, valueAt } from '../../../sources/mapping.ts'
import { type Fields, fieldOf, fieldsOf, mappingOf } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import { listText } from '../words/names.ts'
import { leafTexts, valueText } from '../words/values.ts'

/** A message of unknown shape. */
type Loose = { [field: string]: JsonValue }

/** One endpoint: its address, and everything else that is known about it. */
interface Member {
  readonly address: string
  readonly locality: string
  readonly priority: number
  readonly facts: Fields
}

/** One locality without its endpoints. */
interface Locality {
  readonly members: readonly string[]
  readonly facts: Fields
}

interface Assignment {
  readonly members: ReadonlyMap<string, Member>
  readonly localities: ReadonlyMap<string, Locality>
  readonly facts: Fields
}

function addressText(endpoint: JsonValue | undefined): string {
  const address = valueAt(endpoint, ['endpoint', 'address'])
  const pipe = valueAt(address, ['pipe', 'path'])
  if (pipe !== undefined) return String(pipe)
  const host = String(valueAt(address, ['socketAddress', 'address']) ?? '')
  const port = String(valueAt(address, ['socketAddress', 'portValue']) ?? '')
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function localityText(group: JsonValue): string {
  const parts = ['region', 'zone', 'subZone'].map((part) => valueAt(group, ['locality', part]))
  return parts.filter((part) => part !== undefined).join('/')
}

/** Keys of items in order; items that share a text are told apart by number. */
class Keys {
  readonly #counts = new Map<string, number>()

  of(text: string): string {
    const count = (this.#counts.get(text) ?? 0) + 1
    this.#counts.set(text, count)
    return count === 1 ? text : `${text} #${count}`
  }
}

function withoutAddress(endpoint: JsonValue): Fields {
  if (!isMapping(endpoint)) return {}
  const { endpoint: inner, ...facts } = endpoint
  const { address: _, ...more } = mappingOf(inner) as Loose
  return Object.keys(more).length > 0 ? { ...facts, endpoint: more } : facts
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : [])

function assignmentOf(value: JsonValue | undefined): Assignment {
  const members = new Map<string, Member>()
  const localities = new Map<string, Locality>()
  const [addresses, places] = [new Keys(), new Keys()]
  for (const group of listOf(fieldAt(value, 'endpoints'))) {
    const locality = localityText(group)
    const priority = Number(fieldAt(group, 'priority') ?? 0)
    const keys = listOf(fieldAt(group, 'lbEndpoints')).map((endpoint) => {
      const address = addressText(endpoint)
      const key = addresses.of(address)
      members.set(key, { address, locality, priority, facts: withoutAddress(endpoint) })
      return key
    })
    const { lbEndpoints: _list, locality: _locality, priority: _priority, ...facts } = mappingOf(group) as Loose
    localities.set(places.of(locality), { members: keys, facts: facts as Fields })
  }
  const { endpoints: _, clusterName: _name, ...facts } = mappingOf(value) as Loose
  return { members, localities, facts: facts as Fields }
}

const phrase = (rest: string, kind: Phrase['kind'] = 'endpoint-change'): Phrase => ({ kind, lead: '', rest })

const counted = (addresses: readonly string[]): string =>
  addresses.length === 1 ? `the endpoint ${addresses[0]}` : `${addresses.length} endpoints: ${listText(addresses)}`

function comingAndGoing(before: Assignment, after: Assignment): readonly Phrase[] {
  const onlyIn = (one: Assignment, other: Assignment): readonly string[] =>
    [...one.members].flatMap(([key, { address }]) => (other.members.has(key) ? [] : [address]))
  const gone = onlyIn(before, after)
  const come = onlyIn(after, before)
  const phrases: Phrase[] = []
  if (come.length > 0) phrases.push({ ...phrase(` gets ${counted(come)}`), after: listText(come) })
  const none = after.members.size === 0 ? ', and has none left' : ''
  if (gone.length > 0) phrases.push({ ...phrase(` loses ${counted(gone)}${none}`), before: listText(gone) })
  return phrases
}

const TLS_MODE = 'envoy.transport_socket_match'
const ISTIO = 'istio'

const metadataOf = (facts: Fields, name: string): JsonValue | undefined =>
  valueAt(facts as JsonValue, ['metadata', 'filterMetadata', name])

/** What changed in one endpoint, without its address: each completes "the endpoint ADDRESS". */
function memberTexts(was: Member, is: Member): readonly (readonly [string, Phrase['kind']])[] {
  const texts: [string, Phrase['kind']][] = []
  const say = (text: string, kind: Phrase['kind'] = 'endpoint-change'): void => void texts.push([text, kind])
  if (was.locality !== is.locality) {
    say(`is in ${is.locality || 'no locality'} (before: ${was.locality || 'no locality'})`)
  }
  if (was.priority !== is.priority) say(`has priority ${is.priority} (before: ${was.priority})`)
  for (const [field, words] of [
    ['loadBalancingWeight', 'has weight'],
    ['healthStatus', 'is'],
  ] as const) {
    const [a, b] = [fieldOf(was.facts, field), fieldOf(is.facts, field)]
    if (!sameData(a, b)) say(`${words} ${valueText(b ?? 'default')} (before: ${valueText(a ?? 'default')})`)
  }
  const modeOf = (facts: Fields): string =>
    valueAt(metadataOf(facts, TLS_MODE), ['tlsMode']) === ISTIO ? 'mesh mTLS' : 'plain text'
  if (modeOf(was.facts) !== modeOf(is.facts)) {
    say(`gets ${modeOf(is.facts)} (before: ${modeOf(was.facts)})`, 'mtls-change')
  } else {
    for (const text of leafTexts(metadataOf(was.facts, TLS_MODE), metadataOf(is.facts, TLS_MODE))) say(text)
  }
  for (const text of workloadTexts(metadataOf(was.facts, ISTIO), metadataOf(is.facts, ISTIO))) say(text)
  for (const text of otherTexts(was.facts, is.facts)) say(`has ${text}`)
  return texts
}

/** What telemetry calls the endpoint: `WORKLOAD;NAMESPACE;...`. */
function workloadTexts(was: JsonValue | undefined, is: JsonValue | undefined): readonly string[] {
  const nameOf = (value: JsonValue | undefined): string => {
    const [name, namespace] = String(fieldAt(value, 'workload') ?? '').split(';')
    if (!name && !namespace) return 'unknown'
    return namespace === undefined ? '' : `${namespace}/${name}`
  }
  const [before, after] = [nameOf(was), nameOf(is)]
  if (before !== after && before !== '' && after !== '') return [`is workload ${after} (before: ${before})`]
  return leafTexts(was, is).map((text) => `has ${text}`)
}

/** The differences of an endpoint that have no words of their own. */
function otherTexts(was: Fields, is: Fields): readonly string[] {
  const rest = (facts: Fields): JsonValue => {
    const { loadBalancingWeight: _w, healthStatus: _h, metadata, ...others } = facts as Loose
    const { filterMetadata, ...besides } = mappingOf(metadata) as Loose
    const { [TLS_MODE]: _t, [ISTIO]: _i, ...filters } = mappingOf(filterMetadata) as Loose
    return { ...others, metadata: { ...besides, filterMetadata: filters } }
  }
  return leafTexts(rest(was), rest(is))
}

function changedMembers(before: Assignment, after: Assignment): readonly Phrase[] {
  const said = [...before.members].flatMap(([key, was]) => {
    const is = after.members.get(key)
    if (!is) return []
    return memberTexts(was, is).map(([text, kind]) => ({ text, kind, address: is.address }))
  })
  return [...groupBy(said, ({ text, kind }) => `${kind} ${text}`).values()].map((group) => {
    const [{ text, kind }] = group
    const addresses = group.map(({ address }) => address)
    const which = addresses.length === 1 ? `endpoint ${addresses[0]}` : `endpoints ${listText(addresses)}`
    return phrase(`: ${which} ${plural(text, addresses.length)}`, kind)
  })
}

/** The verb of a text for several subjects. */
const plural = (text: string, count: number): string =>
  count === 1
    ? text
    : text
        .replace(/^has /, 'have ')
        .replace(/^is /, 'are ')
        .replace(/^gets /, 'get ')

/** Localities that both sides have. Their weight follows from their endpoints unless these are the same. */
function changedLocalities(before: Assignment, after: Assignment): readonly Phrase[] {
  return [...before.localities].flatMap(([name, was]) => {
    const is = after.localities.get(name)
    if (!is || sameData(was.facts, is.facts)) return []
    const weightFollows = !sameData(weightsOf(before, was), weightsOf(after, is))
    const fields = Object.keys({ ...was.facts, ...is.facts }).filter(
      (field) => !(weightFollows && field === 'loadBalancingWeight'),
    )
    const where = name === '' ? 'all endpoints without a locality' : `all endpoints in ${name}`
    return leafTexts(fieldsOf(was.facts, fields) as JsonValue, fieldsOf(is.facts, fields) as JsonValue).map((text) =>
      phrase(`: ${where}: ${text}`),
    )
  })
}

const weightsOf = ({ members }: Assignment, locality: Locality): JsonValue =>
  locality.members.map((key) => [key, fieldOf(members.get(key)?.facts ?? {}, 'loadBalancingWeight') ?? null])

/** A locality without endpoints that comes or goes is not noticed by endpoints. */
function emptyLocalities(before: Assignment, after: Assignment): readonly Phrase[] {
  const texts: Phrase[] = []
  for (const [one, other, verb] of [
    [after, before, 'is new'],
    [before, after, 'is gone'],
  ] as const) {
    for (const [name, { members }] of one.localities) {
      if (!other.localities.has(name) && members.length === 0) {
        texts.push(phrase(`: the locality ${name || 'without a name'}, which has no endpoints, ${verb}`))
      }
    }
  }
  return texts
}

/** The name of an assignment, if both sides are there and should have the same. */
const nameOf = (one: JsonValue | undefined, other: JsonValue | undefined): JsonValue | undefined =>
  one && other ? fieldAt(one, 'clusterName') : undefined

/** Everything in which two load assignments differ; undefined for none. */
export function assignmentPhrases(before: JsonValue | undefined, after: JsonValue | undefined): readonly Phrase[] {
  if (sameData(before, after)) return []
  const [was, is] = [assignmentOf(before), assignmentOf(after)]
  return [
    ...comingAndGoing(was, is),
    ...changedMembers(was, is),
    ...changedLocalities(was, is),
    ...emptyLocalities(was, is),
    ...leafTexts(nameOf(before, after), nameOf(after, before), ['clusterName']).map((text) => phrase(`: ${text}`)),
    ...(before && after ? leafTexts(was.facts as JsonValue, is.facts as JsonValue) : []).map((text) =>
      phrase(`: ${text}`),
    ),
  ]
}
