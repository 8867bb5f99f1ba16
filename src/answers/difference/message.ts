/** The difference as data. */
import type { InputChange, JoinedEffect, Sides, Source } from '../../difference/model.ts'
import type { Location } from '../../sources/location.ts'
import type { DifferenceAnswer } from './answer.ts'
import { proxyTexts } from './proxies.ts'
import { differentResources, resourceCounts } from './resources.ts'
import { effectCounts, MARK_WORDS, pathText } from './words.ts'

function placeOf(location: Location | undefined, fileOf: (file: string) => string): object | undefined {
  if (!location) return undefined
  const { file, line, column } = location.position()
  return { file: fileOf(file), line, column }
}

/** A side without a value is left out. */
const present = (sides: Partial<Sides<unknown>>): object =>
  Object.fromEntries(Object.entries(sides).filter(([, value]) => value !== undefined))

function changeMessage(change: InputChange, { fileOf }: DifferenceAnswer): object {
  const { mark, what, about, namespace, locations, fields, isModelled } = change
  return {
    change: MARK_WORDS[mark],
    object: what,
    ...(about && { about }),
    ...(namespace !== '' && { namespace }),
    locations: present({
      before: placeOf(locations.before, fileOf.before),
      after: placeOf(locations.after, fileOf.after),
    }),
    ...(fields.length > 0 && {
      fields: fields.map(({ path, before, after }) => ({ path: pathText(path), ...present({ before, after }) })),
    }),
    ...(!isModelled && { modelled: false }),
  }
}

const sourceMessages = (sources: readonly Source[], fileOf: (file: string) => string): readonly object[] =>
  sources.map(({ what, location }) => ({ object: what, location: placeOf(location, fileOf) }))

function effectMessage({ effect, groups, cause }: JoinedEffect, answer: DifferenceAnswer): object {
  const { kind, subject, before, after, sentence, sources } = effect
  const { fileOf, difference } = answer
  return {
    kind,
    subject,
    ...present({ before, after }),
    sentence,
    proxies: proxyTexts(groups, difference.namespaces),
    cause: { certainty: cause.certainty, objects: cause.changes.map(({ what }) => what) },
    sources: {
      before: sourceMessages(sources.before, fileOf.before),
      after: sourceMessages(sources.after, fileOf.after),
    },
  }
}

function* resourceMessages({ difference }: DifferenceAnswer): Iterable<object> {
  for (const { kind, name, mark, fields, resource, groups } of differentResources(difference)) {
    yield {
      change: MARK_WORDS[mark],
      kind,
      name,
      proxies: proxyTexts(groups, difference.namespaces),
      ...(fields.length > 0 && {
        differences: fields.map(({ path, before, after }) => ({ path: pathText(path), ...present({ before, after }) })),
      }),
      ...(resource !== undefined && { resource }),
    }
  }
}

/** The value of `-o json` and `-o yaml`. */
export function differenceMessage(answer: DifferenceAnswer): object {
  const { names, level, difference, onlyText } = answer
  const { changes, effects, groups, folded, leftOut } = difference
  return {
    before: names.before,
    after: names.after,
    summary: {
      changes: changes.length,
      onlyText,
      effects: Object.fromEntries(effectCounts(difference)),
      resources: Object.fromEntries(resourceCounts(groups)),
      ...(folded > 0 && { namespacesTakenAsOthers: folded }),
      ...(leftOut > 0 && { workloadsLeftOut: leftOut }),
    },
    ...(level !== 'summary' && {
      changes: changes.map((change) => changeMessage(change, answer)),
      effects: effects.map((effect) => effectMessage(effect, answer)),
    }),
    ...(level === 'resources' && { resources: resourceMessages(answer) }),
  }
}
