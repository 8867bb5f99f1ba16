/** Kubernetes workloads, which make pods from a template, and the pods of each. */
import { append, EMPTY_MAP } from '../common/collections.ts'
import type { Pod, PodController } from '../kinds/index.ts'
import { selects } from '../kinds/resource.ts'
import type { ClusterObjects } from './snapshot.ts'

type Labels = ReadonlyMap<string, string>

const NO_PODS: readonly Pod[] = []

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts)

/** Deployments, then the workloads of other kinds, each in the order of the input. */
export const workloadsOf = ({ deployments, podControllers }: ClusterObjects): readonly PodController[] => [
  ...deployments,
  ...podControllers,
]

/** Workloads that no other object of the input has made. */
export function ownWorkloads(cluster: ClusterObjects): readonly PodController[] {
  const all = workloadsOf(cluster)
  const names = new Set(all.map(({ kind, meta }) => keyOf(meta.namespace, kind, meta.name)))
  return all.filter(
    ({ meta, spec }) =>
      spec.template !== undefined &&
      !meta.ownerReferences.some(({ kind, name }) => names.has(keyOf(meta.namespace, kind, name))),
  )
}

/** Kinds whose selector does not help to find pods: the API server generates one for each Job. */
const WITHOUT_SELECTOR: ReadonlySet<string> = new Set(['Job', 'CronJob'])

/** The labels that all pods of a workload have; empty if the workload does not state them. */
function selectorOf({ kind, spec }: PodController): Labels {
  if (WITHOUT_SELECTOR.has(kind)) return EMPTY_MAP
  const selector = spec.selector?.matchLabels ?? EMPTY_MAP
  return selector.size > 0 ? selector : (spec.template?.metadata?.labels ?? EMPTY_MAP)
}

const JOB_OF_CRON_JOB = /^(.+)-[0-9]{8,10}$/

/**
 * The owners of a pod's owner, derived from the names that controllers give: ReplicaSet web-5d9f is from `Deployment
 * web`.
 */
function* furtherOwners(kind: string, name: string, labels: Labels): Iterable<readonly [kind: string, name: string]> {
  if (kind === 'ReplicaSet') {
    for (const [owner, label] of [
      ['Deployment', 'pod-template-hash'],
      ['Rollout', 'rollouts-pod-template-hash'],
    ] as const) {
      const hash = labels.get(label)
      if (hash && name.endsWith(`-${hash}`)) yield [owner, name.slice(0, -hash.length - 1)]
    }
  }
  const [, cronJob] = kind === 'Job' ? (JOB_OF_CRON_JOB.exec(name) ?? []) : []
  if (cronJob !== undefined) yield ['CronJob', cronJob]
}

/** Finds the pods of workloads without comparing each workload with all pods. */
export class WorkloadPods {
  readonly #byOwner = new Map<string, Pod[]>()
  readonly #byLabel = new Map<string, Pod[]>()

  constructor(pods: readonly Pod[]) {
    for (const pod of pods) {
      const { namespace, labels, ownerReferences } = pod.meta
      for (const [name, value] of labels) append(this.#byLabel, keyOf(namespace, name, value), pod)
      for (const { kind, name } of ownerReferences) {
        append(this.#byOwner, keyOf(namespace, kind, name), pod)
        for (const [further, of] of furtherOwners(kind, name, labels)) {
          append(this.#byOwner, keyOf(namespace, further, of), pod)
        }
      }
    }
  }

  /** The pods that name the workload as their owner, otherwise those that its selector matches. */
  of(workload: PodController): readonly Pod[] {
    const { kind, meta } = workload
    const owned = this.#byOwner.get(keyOf(meta.namespace, kind, meta.name))
    if (owned) return owned
    const selector = selectorOf(workload)
    const [first] = selector
    const candidates = first ? this.#byLabel.get(keyOf(meta.namespace, ...first)) : undefined
    return candidates?.filter((pod) => selects(selector, pod.meta.labels)) ?? NO_PODS
  }
}

const known = new WeakMap<ClusterObjects, WorkloadPods>()

/** The pods of a cluster by workload; computed once. */
export function podsByWorkload(cluster: ClusterObjects): WorkloadPods {
  const found = known.get(cluster) ?? new WorkloadPods(cluster.pods)
  known.set(cluster, found)
  return found
}
