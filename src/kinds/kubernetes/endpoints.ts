/** Endpoints (k8s.io/api core/v1), read as the EndpointSlices that Kubernetes creates from them. */
import type { ResourceOf } from '../define.ts'
import { type Infer, int32, list, message, optional, string } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { ObjectReference } from './endpoint-slice.ts'
import { pick } from './record.ts'

const EndpointAddress = message(
  'address',
  { ip: string, hostname: string, nodeName: optional(string), targetRef: optional(ObjectReference) },
  open,
)
const EndpointPort = message('port', { name: string, port: int32, protocol: string }, open)
const EndpointSubset = message(
  'subset',
  { addresses: list(EndpointAddress), notReadyAddresses: list(EndpointAddress), ports: list(EndpointPort) },
  open,
)
export const EndpointsSpec = message('Endpoints', { subsets: list(EndpointSubset) }, open)
export type EndpointsSpec = Infer<typeof EndpointsSpec>

/** Not read from live clusters: the API server has their slices. */
export const ENDPOINTS = defineKubernetes({
  kind: 'Endpoints',
  group: '',
  versions: ['v1'],
  plural: 'endpoints',
  spec: EndpointsSpec,
  flat: true,
  status: NoStatus,
  list: undefined,
  readFor: [],
  octalIsMistake: true,
  record: (object) => pick(object, ['subsets']),
})
export type KubeEndpoints = ResourceOf<typeof ENDPOINTS>
