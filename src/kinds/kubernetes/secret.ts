import { fieldAt, type JsonMapping } from '../../sources/mapping.ts'
import type { ApiKind, ModelledKind } from '../define.ts'
import { nothing } from './record.ts'

const isRemoteSecret = (object: JsonMapping): boolean =>
  fieldAt(fieldAt(object.metadata, 'labels'), 'istio/multiCluster') !== undefined

/**
 * Not part of the mesh: gateways need to know whether a Secret of a name exists, and those with a kubeconfig give
 * access to remote clusters. No stage sees its data.
 */
export const SECRET: ApiKind & Pick<ModelledKind, 'matters' | 'record'> = {
  kind: 'Secret',
  group: '',
  versions: ['v1'],
  plural: 'secrets',
  namespaced: true,
  matters: (object) => !isRemoteSecret(object),
  record: nothing,
}
