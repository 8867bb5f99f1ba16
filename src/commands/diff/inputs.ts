/** Compares two inputs. */
import type { DifferenceAnswer } from '../../answers/difference/answer.ts'
import { computeMesh, diffMeshes, type InputChange, ObjectDifference, type Snapshot } from '../../index.ts'
import { type LoadedSide, loadSides } from '../../input/sides/load.ts'
import type { Session } from '../session.ts'
import { sidesOf } from './operands.ts'
import type { DiffOptions } from './options.ts'
import { groupOptions, meshSide, timeOf } from './proxies.ts'

export type Compared = Omit<DifferenceAnswer, 'level'>

const inputOf = ({ objects, loaded }: LoadedSide) => ({ objects, namespace: loaded.namespace })

/** Compares the inputs that the operands name. */
export async function compareInputs(
  operands: readonly string[],
  options: DiffOptions,
  session: Session,
): Promise<Compared> {
  const requests = await sidesOf(operands, options, session)
  const { before, after } = await loadSides(requests, session)
  const objects = new ObjectDifference({ before: inputOf(before), after: inputOf(after) })
  const snapshots = { before: before.loaded.snapshot, after: after.loaded.snapshot }
  const side = (snapshot: Snapshot) => meshSide(computeMesh(snapshot), options)
  const meshes = { before: side(snapshots.before), after: side(snapshots.after) }
  const difference = diffMeshes({
    meshes,
    changes: objects.changes,
    without: (undone: ReadonlySet<InputChange>) => side(after.meshOf(objects.without(undone))),
    proxies: await groupOptions(options, snapshots, after.loaded.namespace, session),
    hasTime: timeOf(options),
  })
  return {
    names: { before: requests.before.name, after: requests.after.name },
    difference,
    noun: 'object',
    unlisted: 0,
    onlyText: objects.isReordered || textsDiffer(before, after),
    fileOf: { before: requests.before.fileOf, after: requests.after.fileOf },
  }
}

/** Whether the texts of the same objects differ. */
function textsDiffer(before: LoadedSide, after: LoadedSide): boolean {
  const textsOf = ({ objects }: LoadedSide): string =>
    [...new Set(objects.map(({ location }) => location.document.file))]
      .filter(({ value }) => value === undefined)
      .map(({ text }) => text)
      .join('\0')
  return textsOf(before) !== textsOf(after)
}
