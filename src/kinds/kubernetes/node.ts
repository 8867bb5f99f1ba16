import type { ResourceOf } from '../define.ts'
import { defineKubernetes, NoStatus, NothingSpec } from './define.ts'
import { nothing } from './record.ts'

export const NODE = defineKubernetes({
  kind: 'Node',
  group: '',
  versions: ['v1'],
  plural: 'nodes',
  namespaced: false,
  spec: NothingSpec,
  status: NoStatus,
  list: 'nodes',
  readFor: ['configuration'],
  misses: 'localities of endpoints, and addresses of gateways behind node ports',
  record: nothing,
})
export type KubeNode = ResourceOf<typeof NODE>
