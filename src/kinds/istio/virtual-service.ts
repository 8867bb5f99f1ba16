import type { ResourceOf } from '../define.ts'
import { VirtualService } from '../messages/virtual-service.ts'
import { validateVirtualService } from '../validation/virtual-service.ts'
import { defineIstio, IstioStatus, NETWORKING_VERSIONS } from './define.ts'

export const VIRTUAL_SERVICE = defineIstio({
  kind: 'VirtualService',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'virtualservices',
  spec: VirtualService,
  status: IstioStatus,
  list: 'virtualServices',
  readFor: ['names', 'configuration'],
  misses: 'routes, and which hosts a proxy sees',
  validate: validateVirtualService,
})
export type VirtualServiceResource = ResourceOf<typeof VIRTUAL_SERVICE>
