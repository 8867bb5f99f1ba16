/** Removes fields of later releases, which an istiod does not read, from decoded objects and settings. */
import { oncePer, oncePerKey } from '../../common/once.ts'
import { type DecodeIssue, type DropFields, type Dropped, droppingFields, type Type } from '../../kinds/schema/index.ts'
import { fieldSince } from '../../releases/fields.ts'
import { type IstioVersion, versionText } from '../../releases/version.ts'
import type { PathStep } from '../../sources/document.ts'
import type { Features } from './features.ts'

/** A function by type that removes the fields that this istiod does not read; undefined when it reads all. */
const droppers = oncePer((features: Features) =>
  oncePerKey((type: Type<unknown>): DropFields | undefined =>
    droppingFields(type, (message, field) => !features.reads(message, field)),
  ),
)

/** @param field `MESSAGE.FIELD` */
export const unreadText = (version: IstioVersion, field: string): string =>
  `Istio ${versionText(version)} does not read ${field}`

function issueOf({ path, message, field }: Dropped, { version }: Features): DecodeIssue {
  return {
    path,
    message: unreadText(version, `${message}.${field}`),
    hint: `Istio ${fieldSince(message, field)} and later do`,
  }
}

/** A value, and the fields that were not read. */
export interface AsRead<T> {
  /** The same value when every field was read. */
  readonly value: T
  readonly unread: readonly DecodeIssue[]
}

const NOTHING: readonly DecodeIssue[] = Object.freeze([])

/**
 * A decoded value as this istiod reads it.
 * @param path the path of the value, to which the paths of unread fields are appended
 */
export function asRead<T>(type: Type<T>, value: T, features: Features, path: readonly PathStep[] = []): AsRead<T> {
  const drop = droppers(features)(type)
  if (!drop) return { value, unread: NOTHING }
  const dropped: Dropped[] = []
  const kept = drop(value, [...path], dropped) as T
  return { value: kept, unread: dropped.map((field) => issueOf(field, features)) }
}
