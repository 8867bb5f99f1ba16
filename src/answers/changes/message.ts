/** Changes as data, in addition to the regular message of a command. */
import type { Mark, Marked } from '../../findings/changes/index.ts'
import type { ObjectChange } from '../../resources/intake/overlay.ts'
import { placeMessage } from '../place.ts'

/** One change; `before` is the former item, absent for a new one. */
export interface ChangeMessage {
  readonly change: Mark
  readonly name: string
  readonly before?: unknown
}

/** Changes of named items, without unchanged ones. */
export function changeMessages<T>(
  marked: readonly Marked<T>[],
  nameOf: (item: T) => string,
  dataOf: (item: T) => unknown,
): readonly ChangeMessage[] {
  return marked.flatMap(({ mark, item, before }): ChangeMessage[] =>
    mark === undefined
      ? []
      : [{ change: mark, name: nameOf(item), ...(before !== undefined && { before: dataOf(before) }) }],
  )
}

/** An object that the files over a mesh add or change. */
export function objectChangeMessage({ mark, kind, namespace, name, location }: ObjectChange): object {
  return { change: mark, kind, namespace, name, location: placeMessage(location) }
}
