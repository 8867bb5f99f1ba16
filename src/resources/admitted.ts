/** The objects that the API server would store, by cluster. */
import { areFew, type Hunk } from '../common/changes/hunks.ts'
import { keepingEach, type Memory } from '../common/memory.ts'
import type { Resource } from '../kinds/resource.ts'
import { isUnread, validate } from './admission.ts'
import type { Intake } from './intake/intake.ts'
import { keyOf, ObjectStore, type StoredObjects } from './intake/store.ts'
import type { Features } from './mesh/features.ts'
import type { Duplicate, Verdict } from './snapshot.ts'

/** In place of a verdict on an object whose kind this istiod does not know. */
const UNREAD = 'unread'

/** istiod's verdict on an object; undefined when there are no problems. */
type Admission = Verdict | typeof UNREAD | undefined

/**
 * istiod's verdicts on decoded objects.
 * @param refused beside an object that cannot be decoded, why
 */
const admissions = keepingEach(
  (resource: Resource, refused: Verdict['errors'] | undefined, features: Features): Admission => {
    if (isUnread(resource, features)) return UNREAD
    if (refused) return { resource, errors: refused, warnings: [] }
    const { errors, warnings } = validate(resource, features)
    return errors.length === 0 && warnings.length === 0 ? undefined : { resource, errors, warnings }
  },
)

const keysOf = keepingEach((resource: Resource) => keyOf(resource))

/** What the API server would store, and what istiod says about it. */
interface Admitted {
  /** By the cluster of documents. */
  readonly stores: ReadonlyMap<string, StoredObjects>
  readonly verdicts: readonly Verdict[]
  readonly duplicates: readonly Duplicate[]
}

/** Objects in input order, and for each the verdict and what distinguishes it from others of its kind. */
interface Judged {
  readonly resources: readonly Resource[]
  readonly admissions: readonly Admission[]
  readonly keys: readonly string[]
}

const NONE: ReadonlySet<Resource> = new Set()

function storeAll(
  { resources, admissions: all, keys }: Judged,
  clusters: readonly string[],
  replacing: ReadonlySet<Resource>,
): Admitted {
  const stores = new Map(clusters.map((cluster) => [cluster, new ObjectStore()]))
  const verdicts: Verdict[] = []
  const duplicates: Duplicate[] = []
  for (const [index, verdict] of all.entries()) {
    if (verdict === UNREAD) continue
    const resource = resources[index] as Resource
    if (verdict) verdicts.push(verdict)
    if (verdict && verdict.errors.length > 0) continue
    const store = stores.get(resource.cluster)
    if (replacing.has(resource)) store?.replace(resource)
    else {
      const replaced = store?.put(resource, keys[index])
      if (replaced) duplicates.push({ replaced, resource })
    }
  }
  return { stores, verdicts, duplicates }
}

/** What was stored, and what it was made of. */
interface Stored extends Admitted {
  readonly judged: Judged
}

/** The later versions of objects, if only objects without a problem have changed, and none has come or gone. */
function laterVersions(
  before: Judged,
  now: Judged,
  hunks: readonly Hunk<Resource>[],
): ReadonlyMap<Resource, Resource> | undefined {
  const later = new Map<Resource, Resource>()
  for (const { at, to, gone, come } of hunks) {
    if (gone.length !== come.length) return undefined
    for (const [index, resource] of come.entries()) {
      const old = gone[index] as Resource
      const isPlain = !before.admissions[at + index] && !now.admissions[to + index]
      const isLater =
        before.keys[at + index] === now.keys[to + index] &&
        old.cluster === resource.cluster &&
        old.kind === resource.kind &&
        old.apiVersion === resource.apiVersion
      if (!isPlain || !isLater) return undefined
      later.set(old, resource)
    }
  }
  return later
}

function storedAfter(before: Stored, judged: Judged, hunks: readonly Hunk<Resource>[]): Stored | undefined {
  if (!areFew(hunks) || before.duplicates.length > 0) return undefined
  const later = laterVersions(before.judged, judged, hunks)
  if (!later) return undefined
  const stores = new Map(
    [...before.stores].map(([cluster, store]) => {
      const own = [...later].filter(([resource]) => resource.cluster === cluster)
      return [cluster, own.length > 0 ? store.with(new Map(own)) : store]
    }),
  )
  return { ...before, stores, judged }
}

/**
 * Stores every object that the API server would accept in its cluster. As in a cluster, a rejected object does not
 * replace an earlier one of its name.
 * @param clusters those that documents have; objects of others are left out
 */
export function admitAll(
  { resources, rejected, replacing }: Intake,
  features: Features,
  clusters: readonly string[],
  memory: Memory | undefined,
): Admitted {
  const refused = rejected.size > 0 ? resources.map((resource) => rejected.get(resource)) : []
  const keys = keysOf(memory, '', resources, [])
  const judged = { resources, keys, admissions: admissions(memory, '', resources, refused, features) }
  if (!memory || replacing.size > 0) return storeAll(judged, clusters, replacing)
  return memory.recallWhole(storeAll, '', resources, [features, clusters], {
    compute: (): Stored => ({ ...storeAll(judged, clusters, NONE), judged }),
    change: (before, hunks) => storedAfter(before, judged, hunks),
  })
}
