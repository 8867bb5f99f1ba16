/** The difference as a comment on a merge request: Markdown with details to unfold, short for large changes. */

import type { InputChange, JoinedEffect } from '../../difference/model.ts'
import { clean } from '../../formats/clean.ts'
import { counted } from '../../formats/counted.ts'
import { markdownText } from '../markdown.ts'
import { type DifferenceAnswer, placesOf } from './answer.ts'
import { byCause, type CausedEffects, causeText, withoutEffect } from './causes.ts'
import { proxiesText } from './proxies.ts'
import { differentResources } from './resources.ts'
import {
  BAD_EFFECTS,
  effectCounts,
  effectsText,
  fieldText,
  headline,
  kindWord,
  limitsText,
  MARK_WORDS,
  resourcesText,
  unmodelledText,
} from './words.ts'

/** GitHub takes 65,536 characters; what does not fit is left out with a sentence. */
const MOST_CHARACTERS = 60_000
/** With more effects, those of each change are folded. */
const FEW_EFFECTS = 10
const MOST_EFFECTS_OF_A_CAUSE = 30
const MOST_CHANGES = 20
const MOST_FIELDS = 5

class DifferenceMarkdown {
  readonly #answer: DifferenceAnswer
  readonly #isFolded: boolean

  constructor(answer: DifferenceAnswer) {
    this.#answer = answer
    this.#isFolded = answer.difference.effects.length > FEW_EFFECTS
  }

  *parts(): Iterable<string> {
    const { names, level, difference } = this.#answer
    yield `## vipctl diff: ${markdownText(headline(this.#answer))}\n\n${markdownText(names.before)} → ${markdownText(names.after)}\n\n`
    yield* this.#counts()
    for (const caused of byCause(difference)) yield level === 'summary' ? this.#short(caused) : this.#whole(caused)
    yield this.#unfelt()
    if (level === 'resources') yield* this.#resources()
    const notes = [unmodelledText(difference), ...limitsText(this.#answer)].filter((text) => text !== undefined)
    for (const note of notes) yield `\n> ${markdownText(note)}\n`
  }

  *#counts(): Iterable<string> {
    const { difference } = this.#answer
    const counts = [...effectCounts(difference)]
    if (counts.length === 0) return
    const sign = (kind: (typeof counts)[number][0]): string => (BAD_EFFECTS.has(kind) ? ' ⚠' : '')
    yield '| effect | number |\n|---|---:|\n'
    for (const [kind, count] of counts) yield `| ${kind}${sign(kind)} | ${count} |\n`
    yield `\nResources that differ: ${markdownText(resourcesText(difference) || 'none')}\n\n`
  }

  #changeText(change: InputChange): string {
    const { before, after } = placesOf(change, this.#answer)
    const place = after ?? before
    const { mark, what } = change
    return `**${markdownText(what)}** ${MARK_WORDS[mark]}${place === undefined ? '' : ` (${markdownText(place)})`}`
  }

  #head({ cause }: CausedEffects): string {
    const text = causeText(cause)
    const changes = cause.changes.slice(0, 3).map((change) => this.#changeText(change))
    const more = cause.changes.length > 3 ? ` and ${cause.changes.length - 3} more` : ''
    return `${text === '' ? '' : `${markdownText(text)}: `}${changes.join(', ')}${more}`
  }

  #short(caused: CausedEffects): string {
    return `- ${this.#head(caused)}: ${markdownText(effectsText(caused))}\n`
  }

  #whole(caused: CausedEffects): string {
    const { cause, effects } = caused
    const [only] = cause.changes
    const fields = cause.changes.length === 1 && only ? only.fields.slice(0, MOST_FIELDS) : []
    const body = [
      ...(only?.about ?? []).map((text) => `${markdownText(text)}\n`),
      ...fields.map((field) => `    ${clean(fieldText(field))}\n`),
      ...(fields.length > 0 || only?.about ? ['\n'] : []),
      ...effects.slice(0, MOST_EFFECTS_OF_A_CAUSE).map((each) => this.#effect(each)),
      ...(effects.length > MOST_EFFECTS_OF_A_CAUSE ? [`- and ${effects.length - MOST_EFFECTS_OF_A_CAUSE} more\n`] : []),
    ].join('')
    if (!this.#isFolded) return `${this.#head(caused)}\n\n${body}\n`
    const summary = `${this.#head(caused).replaceAll('**', '')}: ${counted(effects.length, 'effect')}`
    return `<details><summary>${summary}</summary>\n\n${body}\n</details>\n`
  }

  #effect({ effect, groups }: JoinedEffect): string {
    const sign = BAD_EFFECTS.has(effect.kind) ? '⚠ ' : ''
    const proxies = proxiesText(groups, this.#answer.difference.namespaces)
    return `- ${sign}${markdownText(effect.sentence)} _${markdownText(proxies)}_\n`
  }

  #unfelt(): string {
    const { unfelt, unknown } = withoutEffect(this.#answer.difference)
    return [
      this.#listed(`${counted(unfelt.length, 'change')} without an effect on proxies`, unfelt),
      this.#listed(`${counted(unknown.length, 'change')} of kinds that vipctl does not model`, unknown),
    ].join('')
  }

  #listed(summary: string, changes: readonly InputChange[]): string {
    if (changes.length === 0) return ''
    const list = changes.slice(0, MOST_CHANGES).map((change) => `- ${this.#changeText(change)}\n`)
    const more = changes.length > MOST_CHANGES ? `- and ${changes.length - MOST_CHANGES} more\n` : ''
    return `<details><summary>${summary}</summary>\n\n${list.join('')}${more}\n</details>\n`
  }

  *#resources(): Iterable<string> {
    const { difference } = this.#answer
    yield '<details><summary>Resources that differ</summary>\n\n'
    for (const { kind, name, mark, fields, groups } of differentResources(difference)) {
      const proxies = proxiesText(groups, difference.namespaces)
      const lines = fields.map((field) => `    ${clean(fieldText(field))}\n`).join('')
      yield `${kindWord(kind)} **${markdownText(name)}** ${MARK_WORDS[mark]} _${markdownText(proxies)}_\n\n${lines}\n`
    }
    yield '</details>\n'
  }
}

/** What a part opens and does not close. */
const isOpen = (part: string): boolean => part.startsWith('<details>') && !part.includes('</details>')

/** The whole comment in parts, cut where a comment would get too long. */
export function* differenceMarkdown(answer: DifferenceAnswer): Iterable<string> {
  let length = 0
  let open = false
  for (const part of new DifferenceMarkdown(answer).parts()) {
    length += part.length
    if (length > MOST_CHARACTERS) {
      yield `${open ? '</details>\n' : ''}\nThe rest is too long for a comment: vipctl diff prints it.\n`
      return
    }
    open = isOpen(part) || (open && !part.startsWith('</details>'))
    yield part
  }
}
