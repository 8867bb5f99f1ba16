/** Compares what a proxy has with what was computed for it. */
import { firstBy } from '../common/collections.ts'
import { ordered } from '../comparison/index.ts'
import type { JsonValue } from '../sources/document.ts'
import { fieldAt, type JsonMapping, textAt } from '../sources/mapping.ts'
import { assignmentForm, hostsForm, withoutEjections } from './assignment.ts'
import { type MessageDifference, messageDifferences } from './differences.ts'
import { type HeldResource, type ProxyState, type Refusal, VERIFIED_KINDS, type VerifiedKind } from './state.ts'

/** What istiod would send to a proxy, in protobuf's JSON form. */
export interface ComputedResources {
  readonly lds: readonly object[]
  readonly rds: readonly object[]
  readonly cds: readonly object[]
  readonly eds: readonly object[]
  /** The name table's message. */
  readonly nds: object
}

/** How a resource differs from what was computed. */
export type ResourceVerdict = 'missing' | 'extra' | 'differs' | 'refused'

/** A resource that is not as computed. */
export interface ResourceFinding {
  readonly kind: VerifiedKind
  readonly name: string
  readonly verdict: ResourceVerdict
  /** Where it differs; empty for what is missing or extra as a whole. */
  readonly differences: readonly MessageDifference[]
  /** The update that Envoy refused, if it refused one. */
  readonly refusal: Refusal | undefined
  /** What the proxy has; undefined if it does not have the resource. */
  readonly held: HeldResource | undefined
}

/** The result for the resources of one kind. */
export interface KindResult {
  readonly kind: VerifiedKind
  /** How many are as computed. */
  readonly equal: number
  /** Those of the bootstrap, which istiod does not send. */
  readonly own: number
  /** Names of resources that are as computed but not in use yet. */
  readonly warming: readonly string[]
  readonly findings: readonly ResourceFinding[]
}

export interface ProxyVerification {
  /** Kinds that the dump has, in the order of `VERIFIED_KINDS`. */
  readonly kinds: readonly KindResult[]
  /** Kinds that the dump does not have, so that they are not compared. */
  readonly absent: readonly VerifiedKind[]
}

type Named = ReadonlyMap<string, JsonMapping>

/** The name table with its addresses in one order. */
const tableOf = (message: object): JsonMapping =>
  ((ordered('nds', message as JsonValue) as JsonMapping).table ?? {}) as JsonMapping

/** A resource in the form in which it is compared. */
function formOf(kind: VerifiedKind, resource: JsonMapping, hostsOnly: boolean): JsonMapping {
  if (kind === 'nds') return tableOf({ table: { '': resource as JsonValue } })[''] as JsonMapping
  const assignment = hostsOnly ? hostsForm : assignmentForm
  const form = kind === 'eds' ? assignment(resource as JsonValue) : resource
  return (ordered(kind, [form as JsonValue]) as readonly JsonMapping[])[0] as JsonMapping
}

/**
 * Computed resources by name. Several listeners may ask for routes of one name; then only the first of them has virtual
 * hosts.
 */
function computedByName(kind: VerifiedKind, computed: ComputedResources): Named {
  if (kind === 'nds') {
    return new Map(Object.entries(tableOf(computed.nds))) as ReadonlyMap<string, JsonValue> as Named
  }
  const field = kind === 'eds' ? 'clusterName' : 'name'
  return firstBy(computed[kind] as readonly JsonMapping[], (resource) => textAt(resource, field))
}

/** What becomes of one name. */
type Compared = 'equal' | 'warming' | 'own' | ResourceFinding

/** Compares the resources of one kind. */
class KindComparison {
  readonly #kind: VerifiedKind
  readonly #hostsOnly: boolean

  constructor(kind: VerifiedKind, { hostsOnly }: ProxyState) {
    this.#kind = kind
    this.#hostsOnly = hostsOnly ?? false
  }

  #form(resource: JsonMapping): JsonMapping {
    return formOf(this.#kind, resource, this.#hostsOnly)
  }

  /** An assignment without endpoints is the same as none. */
  #isNothing(resource: JsonMapping | undefined): boolean {
    if (resource === undefined) return true
    return this.#kind === 'eds' && fieldAt(this.#form(resource), 'endpoints') === undefined
  }

  #differences(expected: JsonMapping, actual: JsonMapping | undefined): readonly MessageDifference[] | undefined {
    if (actual === undefined) return undefined
    return [...messageDifferences(this.#form(expected) as JsonValue, this.#form(actual) as JsonValue)]
  }

  compare(
    name: string,
    expected: JsonMapping | undefined,
    held: HeldResource | undefined,
    refusal: Refusal | undefined,
  ): Compared {
    const finding = { kind: this.#kind, name, refusal, held, differences: [] }
    const verdict = (otherwise: ResourceVerdict): ResourceVerdict => (refusal ? 'refused' : otherwise)
    const now = held?.active ?? held?.warming
    if (expected === undefined) {
      if (refusal) return { ...finding, verdict: 'refused' }
      return held?.isStatic || this.#isNothing(now) ? 'own' : { ...finding, verdict: 'extra' }
    }
    if (now === undefined) {
      return this.#isNothing(expected) && !refusal ? 'equal' : { ...finding, verdict: verdict('missing') }
    }
    const differences = this.#differences(expected, now) ?? []
    if (refusal) return { ...finding, verdict: 'refused', differences }
    if (differences.length === 0) return held?.active ? 'equal' : 'warming'
    if (held?.active && this.#differences(expected, held.warming)?.length === 0) return 'warming'
    return { ...finding, verdict: 'differs', differences }
  }
}

/** Resources of the dump that istiod sends: assignments of clusters that do not use EDS are Envoy's own. */
function heldOf(kind: VerifiedKind, state: ProxyState, computed: Named): ReadonlyMap<string, HeldResource> {
  const held = state.resources.get(kind) ?? new Map<string, HeldResource>()
  if (kind !== 'eds') return held
  const clusters = state.resources.get('cds')
  const usesEds = (name: string): boolean => {
    const cluster = clusters?.get(name)
    return clusters === undefined || (cluster?.active ?? cluster?.warming)?.type === 'EDS'
  }
  return new Map(
    [...held].flatMap(([name, each]): [string, HeldResource][] =>
      computed.has(name) || usesEds(name) ? [[name, healed(each, state)]] : [],
    ),
  )
}

/** An assignment without what Envoy itself finds about its endpoints. */
function healed(held: HeldResource, { hosts }: ProxyState): HeldResource {
  const own = hosts?.get(held.name)
  if (!held.active || !own) return held
  const isEjected = (address: string): boolean => (own.get(address)?.ejectedFor.length ?? 0) > 0
  return { ...held, active: withoutEjections(held.active, isEjected) }
}

function compareKind(kind: VerifiedKind, computed: ComputedResources, state: ProxyState): KindResult {
  const expected = computedByName(kind, computed)
  const held = heldOf(kind, state, expected)
  const refusals = new Map(state.refused.filter((each) => each.kind === kind).map((each) => [each.name, each]))
  const findings: ResourceFinding[] = []
  const warming: string[] = []
  const comparison = new KindComparison(kind, state)
  let [equal, own] = [0, 0]
  for (const name of new Set([...expected.keys(), ...held.keys(), ...refusals.keys()])) {
    const compared = comparison.compare(name, expected.get(name), held.get(name), refusals.get(name))
    if (compared === 'equal') equal++
    else if (compared === 'own') own++
    else if (compared === 'warming') warming.push(name)
    else findings.push(compared)
  }
  return { kind, equal: equal + warming.length, own, warming, findings }
}

/**
 * Compares what a proxy has with what was computed for it, resource by resource.
 * @param computed what `vipctl dump` prints under these names
 */
export function verifyProxy(computed: ComputedResources, state: ProxyState): ProxyVerification {
  return {
    kinds: VERIFIED_KINDS.filter((kind) => state.resources.has(kind)).map((kind) => compareKind(kind, computed, state)),
    absent: VERIFIED_KINDS.filter((kind) => !state.resources.has(kind)),
  }
}
