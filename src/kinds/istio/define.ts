import type { BehaviourName } from '../../releases/behaviours/table.ts'
import { type ApiKind, type Defined, type ReadFor, recordAll } from '../define.ts'
import type { Resource } from '../resource.ts'
import { json, list, message, type Type } from '../schema/index.ts'
import type { Report } from '../validation/report.ts'

/** Conditions, of which only `Healthy` of WorkloadEntries is used. */
export const IstioStatus = message('status', { conditions: list(json) }, { open: true })

/** API versions of the networking group. */
export const NETWORKING_VERSIONS = ['v1', 'v1beta1', 'v1alpha3'] as const
/** API versions of the extensions group. */
export const EXTENSIONS_VERSIONS = ['v1alpha1'] as const
/** API versions of the security group. */
export const SECURITY_VERSIONS = ['v1', 'v1beta1'] as const

/** What the definition of an Istio kind states. */
type IstioStatement<K extends string, L extends string, S, T> = Omit<ApiKind, 'namespaced'> &
  ReadFor & {
    readonly kind: K
    readonly list: L
    readonly spec: Type<S>
    readonly status: Type<T>
    /** The behaviour without which istiod does not know the kind; absent: every istiod does. */
    readonly readWith?: BehaviourName
    /** Absent: the status affects nothing. */
    readonly keepsStatus?: true
    validate(resource: Resource<NoInfer<S>, NoInfer<T>>, report: Report): void
  }

export interface IstioKind<K extends string, L extends string, S, T> extends Defined<K, L, S, T> {
  readonly istio: true
}

/** Defines a kind of Istio: namespaced, read from the config cluster, validated by istiod. */
export function defineIstio<const K extends string, const L extends string, S, T>(
  stated: IstioStatement<K, L, S, T>,
): IstioKind<K, L, S, T> {
  return {
    keepsStatus: false,
    ...stated,
    istio: true,
    namespaced: true,
    clusters: 'config',
    flat: false,
    discovered: true,
    editable: true,
    misses: stated.misses ?? '',
    octalIsMistake: true,
    knownFields: undefined,
    serverFields: [],
    record: recordAll,
  }
}
