import type { JsonValue } from '../../sources/document.ts'
import { crdVerdict } from '../crds/check.ts'
import { type ApiKind, type Defined, type ReadFor, recordAll } from '../define.ts'
import { GATEWAY_GROUP } from '../messages/gateway-api/references.ts'
import { json, type Type } from '../schema/index.ts'

/** The group of the experimental kinds of the Gateway API. */
export const EXPERIMENTAL_GROUP = 'gateway.networking.x-k8s.io'

/** What the definition of a kind of the Gateway API states. */
type GatewayApiStatement<K extends string, L extends string, S> = Pick<ApiKind, 'plural'> &
  Partial<Pick<ApiKind, 'group' | 'versions' | 'namespaced'>> &
  ReadFor & {
    readonly kind: K
    readonly list: L
    readonly spec: Type<S>
    /** istiod reads it from remote clusters too. */
    readonly clusters?: 'all'
  }

interface GatewayApiKind<K extends string, L extends string, S> extends Defined<K, L, S, JsonValue | undefined> {
  readonly istio: false
}

/** The versions that the API has or had; an older one is read as the newest. */
const VERSIONS = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2'] as const

/** Defines a kind of the Gateway API: namespaced, read from the config cluster, with the conditions of its controllers. */
export function defineGatewayApi<const K extends string, const L extends string, S>(
  stated: GatewayApiStatement<K, L, S>,
): GatewayApiKind<K, L, S> {
  return {
    group: GATEWAY_GROUP,
    versions: VERSIONS,
    namespaced: true,
    clusters: 'config',
    ...stated,
    status: json,
    keepsStatus: true,
    istio: false,
    flat: false,
    discovered: true,
    editable: true,
    misses: stated.misses ?? '',
    octalIsMistake: true,
    knownFields: undefined,
    serverFields: [],
    record: recordAll,
    check: (object, apiVersion) => crdVerdict(stated.kind, apiVersion.slice(apiVersion.indexOf('/') + 1), object),
  }
}
