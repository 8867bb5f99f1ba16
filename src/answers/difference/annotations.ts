/** Effects as annotations, at the object that causes them. */
import type { EffectKind, JoinedEffect } from '../../difference/model.ts'
import type { Place, Result, Level as ResultLevel } from '../../formats/results/result.ts'
import type { Location } from '../../sources/location.ts'
import type { DifferenceAnswer } from './answer.ts'
import { causeText } from './causes.ts'
import { proxiesText } from './proxies.ts'
import { BAD_EFFECTS } from './words.ts'

function placeOf(location: Location, fileOf: (file: string) => string): Place {
  const { file, line, column } = location.position()
  return { file: fileOf(file), line, column, length: 1 }
}

/** The object that is the cause, otherwise one that the effect comes from. */
function placeOfEffect({ effect, cause }: JoinedEffect, { fileOf }: DifferenceAnswer): Place | undefined {
  const [change] = cause.changes
  const [after, before] = [
    change?.locations.after ?? effect.sources.after[0]?.location,
    change?.locations.before ?? effect.sources.before[0]?.location,
  ]
  if (after) return placeOf(after, fileOf.after)
  // Its file may still be there, under the name that it has in the working tree.
  return before && placeOf(before, (file) => file)
}

function levelOf(kind: EffectKind, failing: ReadonlySet<EffectKind>): ResultLevel {
  if (failing.has(kind)) return 'error'
  return BAD_EFFECTS.has(kind) ? 'warning' : 'info'
}

const NOWHERE: Place = { file: '.', line: 1, column: 1, length: 1 }

/** @param failing the kinds of effects that the user does not accept */
export function* differenceAnnotations(answer: DifferenceAnswer, failing: ReadonlySet<EffectKind>): Iterable<Result> {
  const { effects, namespaces } = answer.difference
  for (const joined of effects) {
    const { effect, groups, cause } = joined
    const text = causeText(cause)
    yield {
      rule: effect.kind,
      level: levelOf(effect.kind, failing),
      message: effect.sentence,
      object: cause.changes[0]?.what ?? effect.subject.name,
      place: placeOfEffect(joined, answer) ?? NOWHERE,
      line: '',
      related: [],
      notes: [
        `noticed by ${proxiesText(groups, namespaces)}`,
        ...(text === '' ? [] : [`cause: ${text}: ${cause.changes.map(({ what }) => what).join(', ')}`]),
      ],
    }
  }
}
