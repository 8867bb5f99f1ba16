/** IngressClass (k8s.io/api networking/v1). */
import type { ResourceOf } from '../define.ts'
import { message, string } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { changed, only } from './record.ts'

const IngressClassSpec = message('spec', { controller: string }, open)

export const INGRESS_CLASS = defineKubernetes({
  kind: 'IngressClass',
  group: 'networking.k8s.io',
  versions: ['v1'],
  plural: 'ingressclasses',
  namespaced: false,
  spec: IngressClassSpec,
  status: NoStatus,
  list: 'ingressClasses',
  clusters: 'config',
  readFor: ['configuration'],
  misses: 'which Ingresses istiod handles',
  record: (object) => changed(object, 'spec', only(['controller'])),
})
export type IngressClass = ResourceOf<typeof INGRESS_CLASS>
