/** What cannot be read from a live cluster, and what the answer may miss as a result. */
import { type ApiKind, type Reads, resourceName } from '../../kinds/index.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { namesText } from '../words.ts'
import { type LiveCluster, LiveError, type LiveGap, type LoadedCluster } from './index.ts'
import { ISTIOD, needsOf, WORKLOADS } from './needs.ts'

/** A kind that was not read completely. */
export interface Gap extends LiveGap {
  /** The context of the cluster. */
  readonly context: string
  /** What the answer may miss; undefined for an unmodelled kind. */
  readonly misses: string | undefined
}

const RBAC_HINT = '`vipctl rbac` prints the role that is needed'

/** A cluster's name in messages. */
export const placeOfCluster = ({ context, server }: LiveCluster): string => `context ${context} (${server})`

/** The gaps among istiod's own objects. */
export const istiodGaps = ({ context }: LiveCluster, gaps: readonly LiveGap[]): readonly Gap[] =>
  gaps.map((gap) => ({ ...gap, context, misses: istiodMisses(gap.kind) }))

const istiodMisses = (kind: ApiKind): string =>
  kind === ISTIOD.configMap
    ? 'the mesh configuration: the defaults apply'
    : "istiod's settings and version: the defaults apply"

/** The gaps among the objects that a computation needs. */
export function gapsOfReads({ context }: LiveCluster, gaps: readonly LiveGap[], reads: Reads): readonly Gap[] {
  const needs = new Map(needsOf(reads).map((need) => [need.kind, need]))
  return gaps.map((gap) => {
    const need = needs.get(gap.kind) ?? WORKLOADS.find(({ kind }) => kind === gap.kind)
    return { ...gap, context, misses: need?.unmodelled ? undefined : need?.misses }
  })
}

/** One problem per kind that was not read completely; unmodelled kinds share one. */
export function gapProblems(cluster: LiveCluster, gaps: readonly Gap[]): SourceProblem[] {
  const place = placeOfCluster(cluster)
  const problems: SourceProblem[] = []
  const unknown: string[] = []
  const inOrder = gaps.toSorted((a, b) => a.kind.plural.localeCompare(b.kind.plural))
  for (const { kind, misses, readNamespaces, reason } of inOrder) {
    if (misses === undefined) {
      unknown.push(resourceName(kind))
      continue
    }
    const rest =
      readNamespaces.length > 0 ? `only those of ${namesText(readNamespaces, 5)} were read` : 'none were read'
    const message = `${place}: may not read all ${resourceName(kind)}, ${rest}; the answer may miss ${misses} (${reason})`
    problems.push({ severity: 'warning', message })
  }
  if (unknown.length > 0) {
    const kinds = namesText(unknown, 3)
    problems.push({
      severity: 'warning',
      message: `${place}: may not read ${kinds}: the result may be incomplete`,
    })
  }
  const last = problems.pop()
  // The hint is the same for all of them.
  return last ? [...problems, { ...last, hint: RBAC_HINT }] : []
}

/** @throws LiveError when every request was forbidden */
export function checkAccess(cluster: LiveCluster, { gaps, lists }: LoadedCluster): void {
  const [gap] = gaps
  if (!gap || lists.length > 0) return
  throw new LiveError(
    `${placeOfCluster(cluster)}: nothing may be read (403): ${gap.reason}`,
    `choose another namespace with -n; ${RBAC_HINT}`,
  )
}
