/** ServiceEntry (istio.io/api networking/v1alpha3/service_entry.proto). */
import {
  enumeration,
  type Infer,
  int64,
  json,
  list,
  message,
  optional,
  repeated,
  string,
  uint32,
} from '../schema/index.ts'
import { WorkloadSelector } from './selector.ts'
import { WorkloadEntry } from './workload-entry.ts'

export const ServicePort = message('ServicePort', {
  number: uint32,
  protocol: string,
  name: string,
  targetPort: uint32,
})
export type ServicePort = Infer<typeof ServicePort>

const ServiceEntryLocation = enumeration(['MESH_EXTERNAL', 'MESH_INTERNAL'])

export const ServiceEntryResolution = enumeration(['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'])
export type ServiceEntryResolution = Infer<typeof ServiceEntryResolution>

export const ServiceEntry = message('ServiceEntry', {
  hosts: list(string),
  addresses: list(string),
  ports: repeated(list(ServicePort)),
  location: ServiceEntryLocation,
  resolution: ServiceEntryResolution,
  endpoints: list(WorkloadEntry),
  workloadSelector: optional(WorkloadSelector),
  exportTo: list(string),
  subjectAltNames: list(string),
})
export type ServiceEntry = Infer<typeof ServiceEntry>

const ServiceEntryAddress = message('ServiceEntryAddress', {
  value: string,
  host: string,
})

export const ServiceEntryStatus = message('ServiceEntryStatus', {
  conditions: list(json),
  validationMessages: list(json),
  observedGeneration: int64,
  addresses: list(ServiceEntryAddress),
})
export type ServiceEntryStatus = Infer<typeof ServiceEntryStatus>
