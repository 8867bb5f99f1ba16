/** WorkloadEntry (istio.io/api networking/v1alpha3/workload_entry.proto). */
import { type Infer, map, message, string, uint32 } from '../schema/index.ts'

export const WorkloadEntry = message('WorkloadEntry', {
  address: string,
  ports: map(uint32),
  labels: map(string),
  network: string,
  locality: string,
  weight: uint32,
  serviceAccount: string,
})
export type WorkloadEntry = Infer<typeof WorkloadEntry>
