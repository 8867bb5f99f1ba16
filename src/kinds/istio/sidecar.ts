import type { ResourceOf } from '../define.ts'
import { Sidecar } from '../messages/sidecar.ts'
import { validateSidecar } from '../validation/sidecar.ts'
import { defineIstio, IstioStatus, NETWORKING_VERSIONS } from './define.ts'

export const SIDECAR = defineIstio({
  kind: 'Sidecar',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'sidecars',
  spec: Sidecar,
  status: IstioStatus,
  list: 'sidecars',
  readFor: ['names', 'configuration'],
  misses: 'which hosts a proxy sees',
  validate: validateSidecar,
})
export type SidecarResource = ResourceOf<typeof SIDECAR>
