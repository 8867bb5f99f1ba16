import { fieldAt } from '../../sources/mapping.ts'
import { defineUnmodelled, type UnmodelledContext } from '../define.ts'

const CLASS = 'istio'
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

/** istiod reads an Ingress of class istio, and ignores one without a class (ingressControllerMode STRICT). */
function isOfIstio({ object }: UnmodelledContext): boolean {
  const annotation = fieldAt(fieldAt(object.metadata, 'annotations'), CLASS_ANNOTATION)
  return (annotation ?? fieldAt(object.spec, 'ingressClassName')) === CLASS
}

export const INGRESS = defineUnmodelled({
  kind: 'Ingress',
  group: 'networking.k8s.io',
  versions: ['v1'],
  plural: 'ingresses',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'listeners and routes of the ingress gateway',
  applies: isOfIstio,
})
