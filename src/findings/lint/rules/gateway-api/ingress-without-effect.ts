import { handledIngresses } from '../../../../derivation/ingress/handled.ts'
import { hasRoute } from '../../../../derivation/ingress/virtual-service.ts'
import type { Ingress, KubeService } from '../../../../kinds/index.ts'
import { Elsewhere } from '../../../elsewhere.ts'
import type { Found, MeshRule } from '../../rule.ts'

const USUAL_CLASS = 'istio'

/** An Ingress of Istio's class that istiod does not handle because the class does not exist. */
function* unhandled(ingress: Ingress, classes: ReadonlySet<string>, ofMesh: string): Iterable<Found> {
  const { ingressClassName: name } = ingress.spec
  if (name === undefined || classes.has(name) || (name !== USUAL_CLASS && name !== ofMesh)) return
  yield {
    message: `there is no IngressClass ${name}, so istiod does not handle this Ingress`,
    resource: ingress,
    location: ingress.location.child('spec', 'ingressClassName'),
  }
}

function* dropped(ingress: Ingress, services: ReadonlyMap<string, KubeService>, elsewhere: Elsewhere): Iterable<Found> {
  const { spec, location, meta } = ingress
  if (spec.defaultBackend) {
    const message = 'istiod never uses the defaultBackend: requests that no rule matches get status 404'
    yield { message, resource: ingress, location: location.child('spec', 'defaultBackend') }
  }
  for (const [index, { http }] of spec.rules.entries()) {
    for (const [at, path] of (http?.paths ?? []).entries()) {
      if (hasRoute(path, meta.namespace, services)) continue
      const service = path.backend?.service
      const isMissing = service && !services.has(`${meta.namespace}/${service.name}`)
      if (isMissing && elsewhere.namespaceStanding(meta.namespace) !== 'unknown') continue
      const reason = service
        ? `Service ${meta.namespace}/${service.name} has no port named ${service.port?.name ?? ''}`
        : 'its backend is not a Service'
      yield {
        message: `istiod drops this path: ${reason}`,
        resource: ingress,
        location: location.child('spec', 'rules', index, 'http', 'paths', at, 'backend'),
      }
    }
  }
}

export const ingressWithoutEffect: MeshRule = {
  *checkMesh({ registry, known }): Iterable<Found> {
    const { snapshot } = registry
    const [config] = snapshot.clusters
    if (config.ingresses.length === 0 || snapshot.mesh.ingressControllerMode === 'OFF') return
    const handled = new Set(handledIngresses(snapshot))
    const classes = new Set(config.ingressClasses.map(({ meta }) => meta.name))
    const services = new Map(config.services.map((each) => [`${each.meta.namespace}/${each.meta.name}`, each]))
    const elsewhere = new Elsewhere(snapshot, known)
    for (const ingress of config.ingresses) {
      if (handled.has(ingress)) yield* dropped(ingress, services, elsewhere)
      else yield* unhandled(ingress, classes, snapshot.mesh.ingressClass)
    }
  },
}
