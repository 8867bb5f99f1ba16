import { ANNOTATIONS } from '../common/istio-names.ts'
import type { Namespace } from '../kinds/index.ts'
import type { Metadata } from '../kinds/resource.ts'
import type { Features } from '../resources/mesh/features.ts'
import type { TrafficDistribution } from './service.ts'

/** Values of the field; those of annotations are compared ignoring case. */
type Values = ReadonlyMap<string, TrafficDistribution>

const NONE: Values = new Map()

/** The values that an istiod knows. */
function valuesOf(features: Features): Values {
  if (!features.has('traffic-distribution')) return NONE
  const close: Values = new Map([['PreferClose', features.has('close-to-the-subzone') ? 'same-subzone' : 'same-zone']])
  if (!features.has('traffic-distribution-by-node')) return close
  return new Map([...close, ['PreferSameZone', 'same-zone'], ['PreferSameNode', 'same-node']])
}

/** Which endpoints clients of a service prefer (pilot/pkg/model GetTrafficDistribution). */
export class TrafficDistributions {
  readonly #byField: Values
  readonly #byAnnotation: Values
  readonly #ofNamespaces: boolean

  /** @param features an istiod without traffic distribution has no preference */
  constructor(features: Features) {
    this.#byField = valuesOf(features)
    this.#byAnnotation = new Map([...this.#byField].map(([name, value]) => [name.toLowerCase(), value]))
    this.#ofNamespaces = features.has('traffic-distribution-of-namespaces')
  }

  /** The Service's field, otherwise the annotation of the Service or ServiceEntry, otherwise its namespace's. */
  of(field: string | undefined, meta: Metadata, namespace: Namespace | undefined): TrafficDistribution {
    const stated = field === undefined ? undefined : this.#byField.get(field)
    if (stated) return stated
    const ofNamespace = this.#ofNamespaces
      ? namespace?.meta.annotations.get(ANNOTATIONS.trafficDistribution)
      : undefined
    const annotation = meta.annotations.get(ANNOTATIONS.trafficDistribution) || ofNamespace
    return (annotation && this.#byAnnotation.get(annotation.toLowerCase())) || 'any'
  }
}
