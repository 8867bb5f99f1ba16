/** References of Gateway API objects to others, with the defaults of the CRDs (sigs.k8s.io/gateway-api apis/v1). */
import { defaulted, type Infer, int32, message, optional, string } from '../../schema/index.ts'

export const GATEWAY_GROUP = 'gateway.networking.k8s.io'
/** The group of ServiceEntries and other kinds for traffic. */
export const ISTIO_GROUP = 'networking.istio.io'

const open = { open: true } as const

/** A namespace that is '' is that of the object with the reference. */
export const SecretReference = message(
  'SecretObjectReference',
  { group: string, kind: defaulted(string, 'Secret'), name: string, namespace: string },
  open,
)
export type SecretReference = Infer<typeof SecretReference>

/** All of its group, kind and name are written. */
export const ObjectReference = message(
  'ObjectReference',
  { group: string, kind: string, name: string, namespace: string },
  open,
)
export type ObjectReference = Infer<typeof ObjectReference>

const BACKEND_FIELDS = {
  group: string,
  kind: defaulted(string, 'Service'),
  name: string,
  namespace: optional(string),
  port: optional(int32),
} as const

export const BackendObjectReference = message('BackendObjectReference', BACKEND_FIELDS, open)
export type BackendObjectReference = Infer<typeof BackendObjectReference>

/** The fields of a backend of a route. */
export const WEIGHTED_BACKEND_FIELDS = { ...BACKEND_FIELDS, weight: defaulted(int32, 1) } as const

export const BackendRef = message('BackendRef', WEIGHTED_BACKEND_FIELDS, open)
export type BackendRef = Infer<typeof BackendRef>

export const ParentReference = message(
  'ParentReference',
  {
    group: defaulted(string, GATEWAY_GROUP),
    kind: defaulted(string, 'Gateway'),
    name: string,
    namespace: string,
    sectionName: optional(string),
    port: optional(int32),
  },
  open,
)
export type ParentReference = Infer<typeof ParentReference>

export const PolicyTargetReference = message(
  'LocalPolicyTargetReferenceWithSectionName',
  { group: string, kind: string, name: string, sectionName: optional(string) },
  open,
)
export type PolicyTargetReference = Infer<typeof PolicyTargetReference>
