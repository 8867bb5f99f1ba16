/** MutatingWebhookConfiguration (k8s.io/api admissionregistration/v1): revision tags are labels of such objects. */
import { LABELS } from '../../common/istio-names.ts'
import { fieldAt } from '../../sources/mapping.ts'
import { defineKubernetes, NoStatus, NothingSpec } from './define.ts'
import { nothing } from './record.ts'

/** From live clusters none are read: they would need a permission that nothing else needs. */
export const MUTATING_WEBHOOK = defineKubernetes({
  kind: 'MutatingWebhookConfiguration',
  group: 'admissionregistration.k8s.io',
  versions: ['v1'],
  plural: 'mutatingwebhookconfigurations',
  namespaced: false,
  spec: NothingSpec,
  flat: true,
  status: NoStatus,
  list: 'mutatingWebhooks',
  readFor: [],
  matters: (object) => fieldAt(fieldAt(object.metadata, 'labels'), LABELS.tag) !== undefined,
  record: nothing,
})
