/** The difference for people: each change of the input with what proxies notice of it. */

import { groupBy } from '../../common/collections.ts'
import type { InputChange, JoinedEffect } from '../../difference/model.ts'
import { counted } from '../../formats/counted.ts'
import { type Line, type Style, styled } from '../../formats/spans.ts'
import type { Section, Tables } from '../../formats/table.ts'
import { wrapLine } from '../../formats/wrap.ts'
import { type DifferenceAnswer, placesOf } from './answer.ts'
import { byCause, type CausedEffects, causeText, withoutEffect } from './causes.ts'
import { proxiesText } from './proxies.ts'
import { differentResources } from './resources.ts'
import {
  BAD_EFFECTS,
  effectsText,
  fieldText,
  headline,
  kindWord,
  limitsText,
  MARK_STYLES,
  resourcesText,
  unmodelledText,
} from './words.ts'

/** More fields of a changed object are counted. */
const MOST_FIELDS = 4
const INDENT = '  '

const GOOD: ReadonlySet<string> = new Set(['listener-won', 'reachable', 'conflict-gone', 'finding-gone'])

const styleOf = ({ effect: { kind } }: JoinedEffect): Style =>
  BAD_EFFECTS.has(kind) ? 'error' : GOOD.has(kind) ? 'good' : 'name'

class DifferenceText {
  readonly #answer: DifferenceAnswer
  readonly #width: number | undefined
  readonly #tables: Tables

  constructor(answer: DifferenceAnswer, width: number | undefined, tables: Tables) {
    this.#answer = answer
    this.#width = width
    this.#tables = tables
  }

  *lines(): Iterable<Line> {
    const { names, level, difference } = this.#answer
    yield [styled('heading', `${names.before} -> ${names.after}`), `: ${headline(this.#answer)}`]
    yield* level === 'summary' ? this.#summary() : this.#effects()
    if (level === 'resources') yield* this.#resources()
    const resources = resourcesText(difference)
    if (resources !== '') yield* this.#note(`resources that differ: ${resources}`)
    const unknown = unmodelledText(difference)
    if (unknown !== undefined) yield* this.#note(unknown)
    for (const limit of limitsText(this.#answer)) yield* this.#note(limit)
  }

  *#note(text: string): Iterable<Line> {
    yield [styled('dim', `# ${text}`)]
  }

  *#wrapped(line: Line, indent: number): Iterable<Line> {
    yield* wrapLine(line, this.#width, ' '.repeat(indent))
  }

  *#summary(): Iterable<Line> {
    for (const caused of byCause(this.#answer.difference)) {
      yield* this.#heads(caused)
      yield* this.#wrapped([`${INDENT}${counted(caused.effects.length, 'effect')}: ${effectsText(caused)}`], 4)
    }
    yield* this.#unfelt()
  }

  *#effects(): Iterable<Line> {
    for (const caused of byCause(this.#answer.difference)) {
      yield []
      yield* this.#heads(caused)
      yield* this.#ofCause(caused)
    }
    yield* this.#unfelt()
  }

  /** The changes of a cause, above its effects. */
  *#heads({ cause }: CausedEffects): Iterable<Line> {
    const text = causeText(cause)
    if (text !== '') yield [styled('heading', `${text.charAt(0).toUpperCase()}${text.slice(1)}`)]
    const isOne = cause.changes.length === 1
    for (const change of cause.changes.slice(0, isOne ? 1 : MOST_CHANGES))
      yield* this.#change(change, isOne ? '' : INDENT)
    if (cause.changes.length > MOST_CHANGES) yield [`${INDENT}and ${cause.changes.length - MOST_CHANGES} more`]
  }

  *#change(change: InputChange, indent: string): Iterable<Line> {
    const { mark, what, fields, about = [] } = change
    const { before, after } = placesOf(change, this.#answer)
    const places = after === undefined || before === undefined ? (after ?? before) : `${after}, before: ${before}`
    yield* this.#wrapped(
      [indent, styled(MARK_STYLES[mark], `${mark} ${what}`), ...(places ? [styled('dim', ` (${places})`)] : [])],
      indent.length + 4,
    )
    for (const text of about) yield* this.#wrapped([styled('dim', `${indent}    ${text}`)], indent.length + 4)
    for (const field of fields.slice(0, MOST_FIELDS)) {
      yield* this.#wrapped([styled('dim', `${indent}    ${fieldText(field)}`)], indent.length + 8)
    }
    const more = fields.length - MOST_FIELDS
    if (more > 0) yield [styled('dim', `${indent}    and ${counted(more, 'more field')}`)]
  }

  /** Effects of the same proxies are together. */
  *#ofCause({ effects }: CausedEffects): Iterable<Line> {
    const { namespaces } = this.#answer.difference
    const groups = groupBy(effects, (joined) => proxiesText(joined.groups, namespaces))
    const sections = [...groups].map(([title, own]): Section => {
      return {
        title,
        rows: own.map((joined) => [styled(styleOf(joined), joined.effect.kind), [joined.effect.sentence]]),
      }
    })
    const drawn = sections.length > 0 && this.#tables.sections(sections, this.#width)
    if (drawn) {
      yield* drawn
      return
    }
    for (const [proxies, own] of groups) {
      yield* this.#wrapped([`${INDENT}${proxies}:`], 4)
      for (const joined of own) {
        const { kind, sentence } = joined.effect
        yield* this.#wrapped([`${INDENT}${INDENT}`, styled(styleOf(joined), kind), ` ${sentence}`], 6)
      }
    }
  }

  *#unfelt(): Iterable<Line> {
    const { difference } = this.#answer
    const { unfelt, unknown } = withoutEffect(difference)
    if (difference.effects.length === 0) {
      for (const change of [...unfelt, ...unknown]) yield* this.#change(change, INDENT)
      return
    }
    yield* this.#listed('Without an effect on proxies', unfelt)
    yield* this.#listed('Of kinds that vipctl does not model', unknown)
  }

  *#listed(heading: string, changes: readonly InputChange[]): Iterable<Line> {
    if (changes.length === 0) return
    yield []
    yield [styled('heading', heading)]
    for (const change of changes) yield* this.#change(change, INDENT)
  }

  *#resources(): Iterable<Line> {
    const { difference } = this.#answer
    for (const { kind, name, mark, fields, groups } of differentResources(difference)) {
      yield []
      yield* this.#wrapped(
        [
          styled(MARK_STYLES[mark], `${mark} ${kindWord(kind)} ${name}`),
          styled('dim', ` (${proxiesText(groups, difference.namespaces)})`),
        ],
        4,
      )
      for (const field of fields) yield* this.#wrapped([`    ${fieldText(field)}`], 8)
    }
  }
}

/** More changes of one cause are counted. */
const MOST_CHANGES = 8

/** @param width that of the terminal; undefined for none */
export const differenceLines = (answer: DifferenceAnswer, width: number | undefined, tables: Tables): Iterable<Line> =>
  new DifferenceText(answer, width, tables).lines()
