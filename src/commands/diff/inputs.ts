/** Compares two inputs. */
import type { DifferenceAnswer } from '../../answers/difference/answer.ts'
import {
  AppliedObjects,
  computeMesh,
  diffMeshes,
  type InputChange,
  type Mesh,
  ObjectDifference,
  type RawObject,
} from '../../index.ts'
import { type LoadedSide, loadSides } from '../../input/sides/load.ts'
import type { Session } from '../session.ts'
import { sidesOf } from './operands.ts'
import type { DiffOptions } from './options.ts'
import { groupOptions, meshSide, timeOf } from './proxies.ts'

export type Compared = Omit<DifferenceAnswer, 'level'>

const inputOf = ({ objects, loaded }: LoadedSide) => ({ objects, namespace: loaded.namespace })

/** The mesh after a change, as if the files of the second input were applied over the first. */
class AppliedMesh {
  readonly #first: Mesh
  readonly #after: LoadedSide
  /** undefined to compute the second input by itself. */
  readonly #objects: AppliedObjects | undefined

  constructor(first: Mesh, before: LoadedSide, after: LoadedSide, { fromScratch = false }: DiffOptions) {
    this.#first = first
    this.#after = after
    this.#objects = fromScratch ? undefined : new AppliedObjects(inputOf(before), after.loaded.namespace)
  }

  /** @param given objects of the second input, of which some may be as in the first */
  meshOf(given: readonly RawObject[]): Mesh {
    const objects = this.#objects?.withTimes(given) ?? given
    const isWhole =
      objects.length === this.#after.objects.length && objects.every((each, at) => each === this.#after.objects[at])
    const mesh = computeMesh(isWhole ? this.#after.loaded.snapshot : this.#after.meshOf(objects))
    const registries = { before: this.#first.registry, after: mesh.registry }
    const kept = this.#objects?.withAddresses(objects, registries)
    return kept ? computeMesh(this.#after.meshOf(kept.objects), kept.given) : mesh
  }
}

/** Compares the inputs that the operands name. */
export async function compareInputs(
  operands: readonly string[],
  options: DiffOptions,
  session: Session,
): Promise<Compared> {
  const requests = await sidesOf(operands, options, session)
  const { before, after } = await loadSides(requests, session)
  const inputs = { before: inputOf(before), after: inputOf(after) }
  const objects = new ObjectDifference(inputs)
  const first = computeMesh(before.loaded.snapshot)
  const applied = new AppliedMesh(first, before, after, options)
  const second = applied.meshOf(after.objects)
  const snapshots = { before: first.snapshot, after: second.snapshot }
  const meshes = { before: meshSide(first, options), after: meshSide(second, options) }
  const difference = diffMeshes({
    meshes,
    changes: objects.changes,
    without: (undone: ReadonlySet<InputChange>) => meshSide(applied.meshOf(objects.without(undone)), options),
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
