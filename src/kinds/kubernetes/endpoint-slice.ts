/** EndpointSlice (k8s.io/api discovery/v1). */
import type { KnownFields, ResourceOf } from '../define.ts'
import { bool, type Infer, int32, list, message, optional, string } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { fields } from './known-fields.ts'
import { pick } from './record.ts'

export const ObjectReference = message('reference', { kind: string, name: string, namespace: string }, open)

const EndpointConditions = message(
  'conditions',
  { ready: optional(bool), serving: optional(bool), terminating: optional(bool) },
  open,
)

export const SliceEndpoint = message(
  'endpoint',
  {
    addresses: list(string),
    conditions: optional(EndpointConditions),
    targetRef: optional(ObjectReference),
    hostname: optional(string),
    nodeName: optional(string),
    zone: optional(string),
  },
  open,
)
export type SliceEndpoint = Infer<typeof SliceEndpoint>

const SlicePort = message(
  'port',
  { name: optional(string), protocol: optional(string), port: optional(int32), appProtocol: optional(string) },
  open,
)

export const EndpointSliceSpec = message(
  'EndpointSlice',
  { addressType: string, endpoints: list(SliceEndpoint), ports: list(SlicePort) },
  open,
)
export type EndpointSliceSpec = Infer<typeof EndpointSliceSpec>

/** Fields that exist (k8s.io/api discovery/v1). */
const KNOWN_FIELDS: KnownFields = fields('addressType apiVersion kind metadata', {
  endpoints: fields('addresses deprecatedTopology hints hostname nodeName targetRef zone', {
    conditions: fields('ready serving terminating'),
  }),
  ports: fields('appProtocol name port protocol'),
})

function withDefaults(spec: EndpointSliceSpec): EndpointSliceSpec {
  const ports = spec.ports.map((port) => ({ ...port, name: port.name ?? '', protocol: port.protocol ?? 'TCP' }))
  return { ...spec, ports }
}

/** Includes the slices that Kubernetes mirrors from Endpoints objects. */
export const ENDPOINT_SLICE = defineKubernetes({
  kind: 'EndpointSlice',
  group: 'discovery.k8s.io',
  versions: ['v1', 'v1beta1'],
  plural: 'endpointslices',
  spec: EndpointSliceSpec,
  flat: true,
  status: NoStatus,
  list: 'endpointSlices',
  discovered: true,
  readFor: ['names', 'configuration'],
  misses: 'endpoints, and the names of pods of headless Services',
  octalIsMistake: true,
  knownFields: KNOWN_FIELDS,
  withDefaults,
  record: (object) => pick(object, ['addressType', 'endpoints', 'ports']),
})
export type EndpointSlice = ResourceOf<typeof ENDPOINT_SLICE>
