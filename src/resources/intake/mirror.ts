/**
 * Endpoints objects as EndpointSlices: kube-controller-manager's endpointslicemirroring controller copies those of
 * Services without a selector, and istiod reads slices only.
 */

import { ipFamily } from '../../common/addresses.ts'
import { ANNOTATIONS, LABELS } from '../../common/istio-names.ts'
import type { EndpointSlice, KubeEndpoints, KubeService } from '../../kinds/index.ts'
import { ENDPOINT_SLICE, type EndpointSliceSpec, type SliceEndpoint } from '../../kinds/kubernetes/endpoint-slice.ts'
import type { EndpointsSpec } from '../../kinds/kubernetes/endpoints.ts'
import { Resource } from '../../kinds/resource.ts'
import { unwritten } from '../../kinds/stated.ts'

const MIRRORING_CONTROLLER = 'endpointslicemirroring-controller.k8s.io'

const ADDRESS_TYPES = [
  { addressType: 'IPv4', family: 4 },
  { addressType: 'IPv6', family: 6 },
] as const

type Subset = EndpointsSpec['subsets'][number]
type Address = Subset['addresses'][number]

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`

function isMirrored(endpoints: KubeEndpoints, service: KubeService | undefined): boolean {
  return (
    service !== undefined &&
    service.spec.selector.size === 0 &&
    endpoints.meta.labels.get(LABELS.skipMirror) !== 'true' &&
    !endpoints.meta.annotations.has(ANNOTATIONS.leader)
  )
}

function sliceEndpoint(address: Address, ready: boolean): SliceEndpoint {
  return {
    addresses: [address.ip],
    conditions: { ready, serving: undefined, terminating: undefined },
    targetRef: address.targetRef,
    hostname: address.hostname || undefined,
    nodeName: address.nodeName,
    zone: undefined,
  }
}

function sliceSpec(subset: Subset, type: (typeof ADDRESS_TYPES)[number]): EndpointSliceSpec {
  const ofFamily = (address: Address): boolean => ipFamily(address.ip) === type.family
  return {
    addressType: type.addressType,
    endpoints: [
      ...subset.addresses.filter(ofFamily).map((address) => sliceEndpoint(address, true)),
      ...subset.notReadyAddresses.filter(ofFamily).map((address) => sliceEndpoint(address, false)),
    ],
    ports: subset.ports.map((port) => ({ ...port, protocol: port.protocol || 'TCP', appProtocol: undefined })),
  }
}

function slicesOf(endpoints: KubeEndpoints): EndpointSlice[] {
  const { meta } = endpoints
  const labels = new Map(meta.labels)
  labels.set(LABELS.serviceName, meta.name)
  labels.set(LABELS.managedBy, MIRRORING_CONTROLLER)
  return endpoints.spec.subsets.flatMap((subset, index) =>
    ADDRESS_TYPES.flatMap((type) => {
      const spec = sliceSpec(subset, type)
      if (spec.endpoints.length === 0) return []
      const name = `${meta.name}-${index}-${type.addressType.toLowerCase()}`
      const parts = {
        kind: ENDPOINT_SLICE.kind,
        apiVersion: 'discovery.k8s.io/v1',
        meta: { ...meta, name, labels },
        spec,
        status: undefined,
        cluster: endpoints.cluster,
        location: endpoints.location.child('subsets', index),
      }
      return new Resource(parts, unwritten(ENDPOINT_SLICE))
    }),
  )
}

/**
 * The slices that Kubernetes would create from one cluster's Endpoints objects. Endpoints of a Service that has slices
 * in the input are skipped, because those slices have the same content.
 */
export function mirroredSlices(
  endpoints: readonly KubeEndpoints[],
  services: readonly KubeService[],
  slices: readonly EndpointSlice[],
): EndpointSlice[] {
  if (endpoints.length === 0) return []
  const byName = new Map(services.map((service) => [keyOf(service.meta.namespace, service.meta.name), service]))
  const covered = new Set(slices.map(({ meta }) => keyOf(meta.namespace, meta.labels.get(LABELS.serviceName) ?? '')))
  return endpoints
    .filter(({ meta }) => !covered.has(keyOf(meta.namespace, meta.name)))
    .filter((object) => isMirrored(object, byName.get(keyOf(object.meta.namespace, object.meta.name))))
    .flatMap(slicesOf)
}
