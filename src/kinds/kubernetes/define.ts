import type { ApiKind, Defined, ModelledKind, ReadFor } from '../define.ts'
import { message, type Type } from '../schema/index.ts'

/** Kubernetes messages: only camelCase names, and unlisted fields are ignored. */
export const open = { open: true } as const

/** For kinds of which only the metadata is read. */
export const NothingSpec = message('spec', {}, open)

/** For kinds whose status affects nothing. */
export const NoStatus: Type<undefined> = { name: 'status', zero: undefined, decode: () => undefined }

/** What the definition of a Kubernetes kind states. */
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
  | 'clusters'
  | 'flat'
  | 'keepsStatus'
  | 'discovered'
  | 'editable'
  | 'octalIsMistake'
  | 'knownFields'
  | 'serverFields'

/** A kind of Kubernetes, or a similar one. */
export interface KubernetesKind<K extends string, L extends string | undefined, S, T> extends Defined<K, L, S, T> {
  readonly istio: false
}

/** Defines a kind of Kubernetes: by default namespaced and read from every cluster. */
export function defineKubernetes<const K extends string, const L extends string | undefined, S, T>(
  stated: KubernetesStatement<K, L, S, T>,
): KubernetesKind<K, L, S, T> {
  return {
    namespaced: true,
    clusters: 'all',
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
  }
}
