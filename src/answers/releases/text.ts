/** Differences between two releases for people: first those that affect the input, then the others, in groups. */

import type { Concern, Effect, InvolvedObject } from '../../findings/releases/index.ts'
import { counted } from '../../formats/counted.ts'
import { type Line, styled } from '../../formats/spans.ts'
import { wrap } from '../../formats/wrap.ts'
import type { Touches } from '../../releases/behaviour.ts'
import { type BehaviourChange, isDowngrade, type ReadingChange } from '../../releases/difference.ts'
import type { Lifetime } from '../../releases/lifetime.ts'
import { versionText } from '../../releases/version.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { groupOf, type InputConcerns, type ReleasesAnswer } from './message.ts'

/** Longer lines of prose are hard to read, even on a wide terminal. */
const WIDEST = 80
/** At most this many objects are listed; the others are counted. */
const MOST_OBJECTS = 5
const INDENT = '  '

/** Singular and plural of each kind of resource. */
const KINDS: Readonly<Record<Touches, readonly [one: string, several: string]>> = {
  allocation: ['address of a host', 'addresses of hosts'],
  validation: ['verdict of admission', 'verdicts of admission'],
  nds: ['name', 'names'],
  dns: ['DNS answer', 'DNS answers'],
  lds: ['listener', 'listeners'],
  cds: ['cluster', 'clusters'],
  eds: ['load assignment', 'load assignments'],
  rds: ['virtual host', 'virtual hosts'],
}

/** `3 listeners` */
export const resourcesText = (kind: Touches, count: number): string => counted(count, ...KINDS[kind])

/** `since 1.28.6, 1.29.2 and 1.30.0`, `until 1.27.0` */
function lifetimeText({ since, until }: Lifetime): string {
  const list = (versions: readonly string[]): string =>
    versions.length < 2 ? versions.join() : `${versions.slice(0, -1).join(', ')} and ${versions.at(-1)}`
  return [...(since ? [`since ${list(since)}`] : []), ...(until ? [`until ${list(until)}`] : [])].join(', ')
}

class ReleasesText {
  readonly #answer: ReleasesAnswer
  readonly #width: number

  constructor(answer: ReleasesAnswer, width: number | undefined) {
    this.#answer = answer
    this.#width = Math.min(width ?? WIDEST, WIDEST)
  }

  *lines(): Iterable<Line> {
    const { difference, input } = this.#answer
    yield* this.#head()
    const others = difference.behaviours.filter(({ name }) => input?.byBehaviour.get(name)?.kind !== 'effect')
    if (input) {
      yield* this.#concerning(input)
      if (others.length > 0) yield* [[], [styled('heading', 'ALL OTHER CHANGES')]]
    }
    yield* this.#grouped(others)
    yield* this.#readings('Fields of the API', difference.fields)
    yield* this.#readings("Variables of istiod's environment", difference.variables)
  }

  *#head(): Iterable<Line> {
    const { from, to, behaviours, fields, variables } = this.#answer.difference
    const counts = [
      ...(behaviours.length > 0 ? [counted(behaviours.length, 'behaviour')] : []),
      ...(fields.length > 0 ? [counted(fields.length, 'field')] : []),
      ...(variables.length > 0 ? [counted(variables.length, 'variable')] : []),
    ]
    const what = counts.length === 0 ? 'nothing that vipctl computes changes' : `${counts.join(', ')} change`
    yield [styled('heading', `Istio ${versionText(from)} to ${versionText(to)}`), `: ${what}`]
    if (!isDowngrade({ from, to }) || counts.length === 0) return
    yield* this.#prose('This is a downgrade: istiod does the opposite of what follows, and notes describe the upgrade.')
  }

  *#prose(text: string, indent = ''): Iterable<Line> {
    for (const line of wrap(text, this.#width - indent.length)) yield [`${indent}${line}`]
  }

  *#concerning(input: InputConcerns): Iterable<Line> {
    const { behaviours, fields, variables } = this.#answer.difference
    const effects = behaviours.flatMap((change): [BehaviourChange, Effect][] => {
      const concern = input.byBehaviour.get(change.name)
      return concern?.kind === 'effect' ? [[change, concern.effect]] : []
    })
    const readings = [...fields, ...variables].filter(({ name }) => input.stated.some((item) => item.name === name))
    const unknown = behaviours.filter(({ name }) => input.byBehaviour.get(name)?.kind === 'unknown').length
    yield []
    const whole = effects.length + readings.length
    const proxies = counted(input.proxies, 'proxy', 'proxies')
    const title = whole === 0 ? 'NOTHING CONCERNS THE INPUT' : 'CONCERNS THE INPUT'
    yield [styled('heading', title), ` (computed for ${proxies})`]
    for (const [change, effect] of effects) {
      yield []
      yield* this.#behaviour(change)
      yield* this.#effect(effect)
    }
    for (const change of readings) {
      yield []
      yield* this.#statedReading(change, input)
    }
    if (unknown > 0) {
      yield []
      yield* this.#prose(
        `${counted(unknown, 'behaviour was', 'behaviours were')} not computed: --budget 0 computes all`,
      )
    }
  }

  *#behaviour({ name, lifetime, behaviour }: BehaviourChange): Iterable<Line> {
    yield [styled('name', name), styled('dim', `  ${lifetimeText(lifetime)}  ${behaviour.source}`)]
    yield* this.#prose(behaviour.does, INDENT)
    yield* this.#prose(`Upgrade: ${behaviour.upgrade}`, INDENT)
    const { setting } = behaviour
    if (!setting || behaviour.upgrade.includes(setting.variable)) return
    yield* this.#prose(`Variable: ${setting.variable}=${setting.on} turns it on, ${!setting.on} off.`, INDENT)
  }

  *#effect({ resources, objects, proxies }: Effect): Iterable<Line> {
    const parts = [...resources].map(([kind, count]) => resourcesText(kind, count))
    const where = proxies > 0 ? ` of ${counted(proxies, 'proxy', 'proxies')}` : ''
    yield* this.#prose(`Here: ${parts.join(', ')}${where}`, INDENT)
    yield* this.#objects(objects)
  }

  *#objects(objects: readonly InvolvedObject[]): Iterable<Line> {
    for (const { what, location } of objects.slice(0, MOST_OBJECTS)) {
      yield [`${INDENT}${INDENT}${what} `, styled('dim', `(${fileAndLine(location)})`)]
    }
    if (objects.length > MOST_OBJECTS) yield [`${INDENT}${INDENT}and ${objects.length - MOST_OBJECTS} more objects`]
  }

  *#statedReading({ kind, name, lifetime }: ReadingChange, { stated }: InputConcerns): Iterable<Line> {
    const objects = stated.find((item) => item.name === name)?.objects ?? []
    yield [styled('name', name), styled('dim', `  ${lifetimeText(lifetime)}`)]
    const what = kind === 'field' ? 'Objects of the input state this field' : "The input's istiod has this variable"
    yield* this.#prose(`${what}, which only one of the two releases reads.`, INDENT)
    yield* this.#objects(objects)
  }

  *#grouped(changes: readonly BehaviourChange[]): Iterable<Line> {
    let group = ''
    for (const change of changes) {
      const own = groupOf(change.name)
      yield []
      if (own !== group) {
        yield [styled('heading', `${own.charAt(0).toUpperCase()}${own.slice(1)}`)]
        yield []
      }
      group = own
      yield* this.#behaviour(change)
      yield* this.#concernNote(this.#answer.input?.byBehaviour.get(change.name), change)
    }
  }

  *#concernNote(concern: Concern | undefined, { behaviour: { setting } }: BehaviourChange): Iterable<Line> {
    if (concern?.kind === 'set') yield* this.#prose(`Here: ${setting?.variable} of istiod decides it.`, INDENT)
    if (concern?.kind === 'unknown') yield* this.#prose('Here: not computed.', INDENT)
  }

  *#readings(title: string, changes: readonly ReadingChange[]): Iterable<Line> {
    if (changes.length === 0) return
    yield []
    yield [styled('heading', title)]
    yield []
    for (const { name, lifetime } of changes) yield [`${name}  `, styled('dim', lifetimeText(lifetime))]
  }
}

/** @param width that of the terminal; undefined for none */
export const releasesLines = (answer: ReleasesAnswer, width: number | undefined): Iterable<Line> =>
  new ReleasesText(answer, width).lines()
