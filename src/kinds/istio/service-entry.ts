import type { ResourceOf } from '../define.ts'
import { ServiceEntry, ServiceEntryStatus } from '../messages/service-entry.ts'
import type { Resource } from '../resource.ts'
import { validateServiceEntry } from '../validation/service-entry.ts'
import { defineIstio, NETWORKING_VERSIONS } from './define.ts'

export const SERVICE_ENTRY = defineIstio({
  kind: 'ServiceEntry',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'serviceentries',
  spec: ServiceEntry,
  status: ServiceEntryStatus,
  keepsStatus: true,
  list: 'serviceEntries',
  readFor: ['addresses', 'names', 'configuration', 'proxies'],
  misses: 'hosts of ServiceEntries, and their addresses',
  validate: validateServiceEntry,
})
export type ServiceEntryResource = ResourceOf<typeof SERVICE_ENTRY>

export const isServiceEntry = (resource: Resource): resource is ServiceEntryResource =>
  resource.kind === SERVICE_ENTRY.kind
