import type { ResourceOf } from '../define.ts'
import { WorkloadGroup } from '../messages/workload-group.ts'
import { validateWorkloadGroup } from '../validation/workload-group.ts'
import { defineIstio, IstioStatus, NETWORKING_VERSIONS } from './define.ts'

export const WORKLOAD_GROUP = defineIstio({
  kind: 'WorkloadGroup',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'workloadgroups',
  spec: WorkloadGroup,
  status: IstioStatus,
  list: 'workloadGroups',
  readFor: ['names', 'configuration', 'proxies'],
  misses: 'virtual machines that join a group',
  validate: validateWorkloadGroup,
})
export type WorkloadGroupResource = ResourceOf<typeof WORKLOAD_GROUP>
