import type { ApiKind, Defined, ModelledKind, ReadFor } from '../define.ts'
import { message, type Type } from '../schema/index.ts'

/** Messages of Kubernetes: only camelCase names, and fields that are not listed are left unread. */
export const open = { open: true } as const

/** Of a kind of which only the metadata is read. */
export const NothingSpec = message('spec', {}, open)

/** Of a kind whose status decides nothing. */
export const NoStatus: Type<undefined> = { name: 'status', zero: undefined, decode: () => undefined }

/** What a kind of Kubernetes states. */
type KubernetesStatement<K extends string, L extends string | undefined, S, T> = Omit<ApiKind, 'namespaced'> &
  ReadFor &
  Pick<ModelledKind, 'record' | 'matters'> &
  Partial<Pick<ModelledKind, StatedRarely>> & {
    readonly kind: K
    readonly list: L
    readonly spec: Type<S>
    readonly status: Type<T>
    withDefaults?(spec: S): S
  }

type StatedRarely =
  | 'namespaced'
  | 'flat'
  | 'keepsStatus'
  | 'discovered'
  | 'editable'
  | 'octalIsMistake'
  | 'knownFields'
  | 'serverFields'

/** A kind of Kubernetes, or one that is like it. */
export interface KubernetesKind<K extends string, L extends string | undefined, S, T> extends Defined<K, L, S, T> {
  readonly istio: false
}

/** Defines a kind of Kubernetes: in namespaces unless it says otherwise, read from every cluster. */
export function defineKubernetes<const K extends string, const L extends string | undefined, S, T>(
  stated: KubernetesStatement<K, L, S, T>,
): KubernetesKind<K, L, S, T> {
  return {
    namespaced: true,
    flat: false,
    keepsStatus: false,
    discovered: false,
    editable: false,
    octalIsMistake: false,
    knownFields: undefined,
    serverFields: [],
    ...stated,
    misses: stated.misses ?? '',
    istio: false,
    clusters: 'all',
  }
}
