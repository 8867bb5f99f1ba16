/** Which of several istiods a proxy belongs to. */

import { append } from '../common/collections.ts'
import { chooseNode } from '../proxy/choice.ts'
import { ownIstiodOf, unknownRevisionText } from '../proxy/own-istiod.ts'
import type { SelectedNode } from '../proxy/select.ts'
import { DEFAULT_REVISION, revisionNamed } from '../resources/mesh/istiod.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { Loaded } from './load.ts'
import type { Reporter } from './reporter.ts'
import type { InputRequest } from './request.ts'
import { namesText } from './words.ts'

/**
 * The mesh under the istiod of a proxy: that of the revision, or tag, that its labels or those of its namespace name.
 * Without such labels, and when the request names a revision, the mesh stays as it is.
 */
export async function underOwnIstiod(
  loaded: Loaded,
  choose: (snapshot: Snapshot) => SelectedNode,
  { istiod, mesh }: Pick<InputRequest, 'istiod' | 'mesh'>,
  reporter: Reporter,
): Promise<Loaded> {
  const { istiods } = loaded.snapshot
  if (istiod.revision !== undefined || istiods.revisions.length < 2) return loaded
  const { revision: wanted } = choose(loaded.snapshot)
  const own = ownIstiodOf(wanted, loaded.snapshot)
  if (own.kind === 'applied') return loaded
  if (own.kind === 'unknown') {
    await reporter.warn(
      unknownRevisionText(wanted, loaded.snapshot),
      `choose one of ${istiods.revisions.join(', ')} with --revision`,
    )
    return loaded
  }
  const { revision } = own
  if (mesh.kind === 'cluster') {
    await reporter.warn(
      `the proxy belongs to revision ${revision}, but the settings of revision ${istiods.applied} were read`,
      `--revision ${revision}`,
    )
    return loaded
  }
  const tag = wanted === revision ? '' : ` (tag ${wanted})`
  await reporter.note(`the proxy belongs to revision ${revision}${tag}, so the settings of its istiod apply`)
  return loaded.ofRevision(revision)
}

/** One of several proxies: its name for people, and the revision or tag that its labels name. */
export interface RevisionOfProxy {
  readonly name: string
  readonly revision: string | undefined
}

/** The sidecars of a namespace. */
export const sidecarsOf = (namespace: string, snapshot: Snapshot): RevisionOfProxy => ({
  name: namespace,
  revision: chooseNode({ namespace }, snapshot).revision,
})

/** Proxies that belong to another istiod than the one that applies, by name of the revision or tag. */
function strangers(
  proxies: () => readonly RevisionOfProxy[],
  { snapshot: { istiods } }: Loaded,
  { istiod }: Pick<InputRequest, 'istiod'>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  if (istiod.revision !== undefined || istiods.revisions.length < 2) return found
  for (const { name, revision: wanted } of proxies()) {
    if (wanted === undefined || (wanted === DEFAULT_REVISION && !istiods.tags.has(wanted))) continue
    if (revisionNamed(wanted, istiods) !== istiods.applied) append(found, wanted, name)
  }
  return found
}

/** Longer lists of proxies end with their number. */
const NAMED = 5

/**
 * Warns about proxies that are computed under the istiod that applies although they belong to another one.
 * @param what comes before their names: `sidecars in namespace `
 * @param proxies all proxies; called only if there are several istiods
 */
export async function warnOfOtherIstiods(
  what: string,
  proxies: () => readonly RevisionOfProxy[],
  loaded: Loaded,
  request: Pick<InputRequest, 'istiod'>,
  reporter: Reporter,
): Promise<void> {
  const { istiods } = loaded.snapshot
  for (const [wanted, names] of strangers(proxies, loaded, request)) {
    const known = revisionNamed(wanted, istiods)
    const revision = `revision ${wanted}${known === undefined ? ", which is none of the input's" : ''}`
    await reporter.warn(
      `the settings of istiod ${istiods.applied} are assumed for proxies of ${revision}: ${what}${namesText(names, NAMED)}`,
      known === undefined
        ? `choose one of ${istiods.revisions.join(', ')} with --revision`
        : `--revision ${known} computes all proxies with the settings of that istiod`,
    )
  }
}

/** A mesh under one of its istiods, and the namespaces whose sidecars belong to it. */
export interface IstiodShare {
  readonly loaded: Loaded
  readonly namespaces: ReadonlySet<string>
}

/**
 * Divides namespaces among the istiods of the input, the one that applies first. Of a live cluster, the settings of one
 * istiod are read, so that the others are a warning.
 */
export async function sharesOfIstiods(
  namespaces: readonly string[],
  loaded: Loaded,
  request: Pick<InputRequest, 'istiod' | 'mesh'>,
  reporter: Reporter,
): Promise<readonly IstiodShare[]> {
  const sidecars = () => namespaces.map((namespace) => sidecarsOf(namespace, loaded.snapshot))
  const others = new Map<string, string[]>()
  const kept: RevisionOfProxy[] = []
  for (const [wanted, names] of strangers(sidecars, loaded, request)) {
    const revision = request.mesh.kind === 'cluster' ? undefined : revisionNamed(wanted, loaded.snapshot.istiods)
    for (const name of names) {
      if (revision === undefined) kept.push({ name, revision: wanted })
      else append(others, revision, name)
    }
  }
  await warnOfOtherIstiods('sidecars in namespace ', () => kept, loaded, request, reporter)
  const elsewhere = new Set([...others.values()].flat())
  const shares = [...others].map(([revision, names]) => ({
    loaded: loaded.ofRevision(revision),
    namespaces: new Set(names),
  }))
  return [{ loaded, namespaces: new Set(namespaces.filter((name) => !elsewhere.has(name))) }, ...shares]
}
