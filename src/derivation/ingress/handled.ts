/** Which Ingresses istiod handles (pilot/pkg/config/kube/ingress shouldProcessIngressWithClass). */
import type { Ingress } from '../../kinds/index.ts'
import type { Snapshot } from '../../resources/snapshot.ts'

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'
const CONTROLLER = 'istio.io/ingress-controller'

/** The Ingresses that istiod handles, in input order; none when its ingress controller is off. */
export function handledIngresses({ clusters: [config], mesh }: Snapshot): readonly Ingress[] {
  const { ingressControllerMode: mode, ingressClass } = mesh
  if (config.ingresses.length === 0 || mode === 'OFF') return []
  const classes = new Map(config.ingressClasses.map(({ meta, spec }) => [meta.name, spec.controller]))
  const isKnown = mode === 'STRICT' || mode === 'DEFAULT'
  return config.ingresses.filter(({ meta, spec }) => {
    const annotated = meta.annotations.get(CLASS_ANNOTATION)
    if (annotated !== undefined) return isKnown && annotated === ingressClass
    const controller = spec.ingressClassName === undefined ? undefined : classes.get(spec.ingressClassName)
    return controller === undefined ? mode === 'DEFAULT' : controller === CONTROLLER
  })
}
