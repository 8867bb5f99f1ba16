import { compareBytes } from '../common/bytes.ts'
import { append } from '../common/collections.ts'
import { selects } from '../kinds/resource.ts'
import type { Workload } from './endpoint.ts'

/** Finds the workloads of a namespace that a selector matches, without a scan of all. */
export interface WorkloadIndex {
  /** In the order of `all`; an empty selector matches everything. */
  select(namespace: string, selector: ReadonlyMap<string, string>): readonly Workload[]
  readonly all: readonly Workload[]
}

const NONE: readonly Workload[] = []

/** Pods before WorkloadEntries, then by namespace and name, as in the reference. */
function byKindThenName(a: Workload, b: Workload): number {
  if (a.kind !== b.kind) return a.kind === 'Pod' ? -1 : 1
  return compareBytes(a.namespace, b.namespace) || compareBytes(a.name, b.name)
}

export function indexWorkloads(workloads: readonly Workload[]): WorkloadIndex {
  const all = [...workloads].sort(byKindThenName)
  const byNamespace = new Map<string, Workload[]>()
  const byLabel = new Map<string, Workload[]>()
  const labelKey = (namespace: string, key: string, value: string) => `${namespace}\n${key}\n${value}`
  for (const workload of all) {
    append(byNamespace, workload.namespace, workload)
    for (const [key, value] of workload.endpoint.labels)
      append(byLabel, labelKey(workload.namespace, key, value), workload)
  }
  return {
    all,
    select(namespace, selector) {
      let candidates: readonly Workload[] = byNamespace.get(namespace) ?? NONE
      for (const [key, value] of selector) {
        const list = byLabel.get(labelKey(namespace, key, value)) ?? NONE
        if (list.length < candidates.length) candidates = list
      }
      return candidates.filter((workload) => selects(selector, workload.endpoint.labels))
    },
  }
}
