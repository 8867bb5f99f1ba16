import { fieldAt, type JsonMapping } from '../../sources/mapping.ts'
import type { ApiKind, ModelledKind } from '../define.ts'
import { nothing } from './record.ts'

const isRemoteSecret = (object: JsonMapping): boolean =>
  fieldAt(fieldAt(object.metadata, 'labels'), 'istio/multiCluster') !== undefined

/**
 * Not a part of the mesh: gateways ask whether there is one of a name, and those with a kubeconfig are how remote
 * clusters are reached. No stage sees its data.
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
