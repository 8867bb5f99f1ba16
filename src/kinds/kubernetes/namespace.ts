import type { ResourceOf } from '../define.ts'
import { defineKubernetes, NoStatus, NothingSpec } from './define.ts'
import { nothing } from './record.ts'

export const NAMESPACE = defineKubernetes({
  kind: 'Namespace',
  group: '',
  versions: ['v1'],
  plural: 'namespaces',
  namespaced: false,
  spec: NothingSpec,
  status: NoStatus,
  list: 'namespaces',
  readFor: ['addresses', 'names', 'configuration', 'proxies'],
  misses: 'which namespaces istiod looks at, and the network of the cluster',
  record: nothing,
})
export type Namespace = ResourceOf<typeof NAMESPACE>
