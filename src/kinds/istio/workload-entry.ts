import type { ResourceOf } from '../define.ts'
import { WorkloadEntry } from '../messages/workload-entry.ts'
import { validateWorkloadEntry } from '../validation/workload-entry.ts'
import { defineIstio, IstioStatus, NETWORKING_VERSIONS } from './define.ts'

export const WORKLOAD_ENTRY = defineIstio({
  kind: 'WorkloadEntry',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'workloadentries',
  spec: WorkloadEntry,
  status: IstioStatus,
  keepsStatus: true,
  list: 'workloadEntries',
  readFor: ['names', 'configuration', 'proxies'],
  misses: 'endpoints outside of Kubernetes',
  validate: validateWorkloadEntry,
})
export type WorkloadEntryResource = ResourceOf<typeof WORKLOAD_ENTRY>
