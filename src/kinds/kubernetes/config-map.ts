/** ConfigMap (k8s.io/api core/v1). */
import { fieldAt } from '../../sources/mapping.ts'
import type { ResourceOf } from '../define.ts'
import { map, message, string } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { changed, only } from './record.ts'

const ConfigMapSpec = message('ConfigMap', { data: map(string) }, open)

const MESH_CONFIG = /^istio(-.+)?$/

/** From live clusters only the mesh configuration is read, by its name. */
export const CONFIG_MAP = defineKubernetes({
  kind: 'ConfigMap',
  group: '',
  versions: ['v1'],
  plural: 'configmaps',
  spec: ConfigMapSpec,
  flat: true,
  status: NoStatus,
  list: 'configMaps',
  readFor: [],
  matters(object) {
    const name = fieldAt(object.metadata, 'name')
    return typeof name !== 'string' || MESH_CONFIG.test(name)
  },
  record: (object) => changed(object, 'data', only(['mesh', 'meshNetworks'])),
})
export type ConfigMap = ResourceOf<typeof CONFIG_MAP>
