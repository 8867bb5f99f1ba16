/** Compares one input under two versions of Istio: the report of an upgrade. */
import { UserError } from '../../common/errors.ts'
import {
  type BehaviourChange,
  computeMesh,
  diffMeshes,
  type InputChange,
  type IstioVersion,
  LATEST,
  type ReleaseDifference,
  releaseDifference,
  type Snapshot,
  versionText,
} from '../../index.ts'
import { type Loaded, load } from '../../input/load.ts'
import { versionWithWarning } from '../release.ts'
import { inputRequest } from '../request.ts'
import type { Session } from '../session.ts'
import type { Compared } from './inputs.ts'
import { isSpecial } from './operands.ts'
import type { DiffOptions } from './options.ts'
import { groupOptions, meshSide, timeOf } from './proxies.ts'

const NOWHERE = { before: undefined, after: undefined }

/** The kind of all changes. */
const BEHAVIOUR = 'behaviour'

/** Settings that only one of the releases reads are one change. */
const REST: InputChange = {
  mark: '~',
  kind: BEHAVIOUR,
  what: 'fields and variables that only one of the releases reads',
  namespace: '',
  locations: NOWHERE,
  fields: [],
  isModelled: true,
}

function changeOf({ name, direction, behaviour }: BehaviourChange): InputChange {
  const about = [behaviour.does, `Upgrade: ${behaviour.upgrade}`, `Source: ${behaviour.source}`]
  const mark = direction === 'added' ? '+' : '-'
  return { mark, kind: BEHAVIOUR, what: name, about, namespace: '', locations: NOWHERE, fields: [], isModelled: true }
}

/** The behaviours that differ, and the input as if some of them did not. */
class ReleaseChanges {
  readonly #difference: ReleaseDifference
  readonly #loaded: Loaded
  readonly #byChange: ReadonlyMap<InputChange, BehaviourChange>
  readonly before: Snapshot
  readonly after: Snapshot

  constructor(difference: ReleaseDifference, loaded: Loaded) {
    this.#difference = difference
    this.#loaded = loaded
    this.before = loaded.under({ istioVersion: difference.from })
    this.after = loaded.under({ istioVersion: difference.to })
    // A variable of istiod's environment may decide in both releases.
    const real = difference.behaviours.filter(
      ({ name }) => this.before.features.has(name) !== this.after.features.has(name),
    )
    this.#byChange = new Map(real.map((behaviour) => [changeOf(behaviour), behaviour]))
  }

  get changes(): readonly InputChange[] {
    return [...this.#byChange.keys(), REST]
  }

  without(undone: ReadonlySet<InputChange>): Snapshot {
    const { from, to } = this.#difference
    const assumed = [...this.#byChange].map(
      ([change, { name }]) => [name, (undone.has(change) ? this.before : this.after).features.has(name)] as const,
    )
    return this.#loaded.under({ istioVersion: undone.has(REST) ? from : to, assumed: new Map(assumed) })
  }
}

/** The options with the path in the operands as an input. @throws UserError for operands that are not one path */
function withPath(operands: readonly string[], options: DiffOptions): DiffOptions {
  const [path, ...others] = operands
  if (path === undefined) return options
  if (others.length === 0 && !isSpecial(path) && options.filename === undefined) return { ...options, filename: [path] }
  throw new UserError(
    `diff: --from-version and --to-version compare one input, so ${operands.join(' ')} cannot be compared too`,
    'name the input with -f, or as the only operand',
  )
}

/** The versions in the options, and the input. */
async function loadVersions(options: DiffOptions, session: Session) {
  const { fromVersion, toVersion, istioVersion } = options
  if (istioVersion !== undefined) {
    throw new UserError('--istio-version and --from-version exclude each other', '--to-version names the other version')
  }
  const from = fromVersion === undefined ? undefined : await versionWithWarning(fromVersion, '--from-version', session)
  const to = toVersion === undefined ? LATEST : await versionWithWarning(toVersion, '--to-version', session)
  const request = await inputRequest(options, session)
  // Whatever the input states, it is read as of one of the two.
  const own = from ? { ...request, istiod: { ...request.istiod, istioVersion: from } } : request
  const loaded = await load(own, session)
  const { release } = loaded.snapshot
  if (!from && release.origin.kind === 'assumed') {
    throw new UserError('diff: from which version? The input does not state one', '--from-version 1.26 names it')
  }
  return { loaded, from: from ?? release.version, to }
}

const isSameVersion = (a: IstioVersion, b: IstioVersion): boolean => versionText(a) === versionText(b)

/** Compares the input of the options under two versions. */
export async function compareVersions(
  operands: readonly string[],
  options: DiffOptions,
  session: Session,
): Promise<Compared> {
  const { loaded, from, to } = await loadVersions(withPath(operands, options), session)
  if (isSameVersion(from, to)) {
    throw new UserError(`diff: both versions are Istio ${versionText(from)}`, '--to-version names another one')
  }
  const releases = new ReleaseChanges(releaseDifference(from, to), loaded)
  const side = (snapshot: Snapshot) => meshSide(computeMesh(snapshot), options)
  const { changes, before, after } = releases
  const found = diffMeshes({
    meshes: { before: side(before), after: side(after) },
    changes,
    without: (undone) => side(releases.without(undone)),
    proxies: await groupOptions(options, { before, after }, loaded.namespace, session),
    hasTime: timeOf(options),
  })
  const causes = new Set(found.effects.flatMap(({ cause }) => cause.changes))
  const listed = changes.filter((change) => causes.has(change))
  const asWritten = (file: string): string => file
  return {
    names: { before: `Istio ${versionText(from)}`, after: `Istio ${versionText(to)}` },
    difference: { ...found, changes: listed },
    noun: 'behaviour of istiod',
    unlisted: changes.filter((change) => change !== REST && !causes.has(change)).length,
    onlyText: false,
    fileOf: { before: asWritten, after: asWritten },
  }
}
