/** Fields and variables that the input states, and that only one of two releases reads. */

import { describeResource } from '../../kinds/resource.ts'
import type { ReadingChange, ReleaseDifference } from '../../releases/difference.ts'
import { unreadText } from '../../resources/mesh/known-fields.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { InvolvedObject } from './observations.ts'

/** A field or a variable that the input states. */
export interface StatedReading {
  /** The name of the change. */
  readonly name: string
  readonly change: ReadingChange
  /** Where a field is stated; empty for variables and for fields of the mesh configuration. */
  readonly objects: readonly InvolvedObject[]
}

/** Uses the fields that the snapshots of both releases report as not read. */
function statedField(change: ReadingChange, snapshots: readonly Snapshot[]): StatedReading | undefined {
  for (const { features, unknownFields, problems } of snapshots) {
    const text = unreadText(features.version, change.name)
    const objects = unknownFields
      .filter(({ message }) => message === text)
      .map(({ resource, path }) => ({ what: describeResource(resource), location: resource.location.child(...path) }))
    const inSettings = problems.some(({ message }) => message.startsWith(text))
    if (objects.length > 0 || inSettings) return { name: change.name, change, objects }
  }
  return undefined
}

function statedVariable(change: ReadingChange, snapshots: readonly Snapshot[]): StatedReading | undefined {
  const isStated = snapshots.some(({ features }) => features.env.has(change.name))
  return isStated ? { name: change.name, change, objects: [] } : undefined
}

/** @param snapshots the input as each of the two releases reads it */
export function statedReadings(
  { fields, variables }: ReleaseDifference,
  snapshots: readonly [Snapshot, Snapshot],
): readonly StatedReading[] {
  return [
    ...fields.flatMap((change) => statedField(change, snapshots) ?? []),
    ...variables.flatMap((change) => statedVariable(change, snapshots) ?? []),
  ]
}
