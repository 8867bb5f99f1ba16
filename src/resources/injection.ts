/** Whether injection gives a pod a sidecar (the webhook's selectors, pkg/kube/inject injectRequired). */
import { LABELS } from '../common/istio-names.ts'
import { DEFAULT_REVISION } from './mesh/istiod.ts'

type Labels = ReadonlyMap<string, string>

const NAMESPACE_INJECTION = 'istio-injection'

/** `unstated`: no label decides, so the mesh's defaults do, which are not in the input. */
export interface Injection {
  readonly wanted: 'yes' | 'no' | 'unstated'
  /** The pod is part of the ambient mesh, and gets no sidecar. */
  readonly isAmbient: boolean
  readonly revision: string
}

/** The parts of a pod or template that injection looks at. */
export interface Injectable {
  readonly labels: Labels
  readonly annotations: Labels
  readonly hostNetwork: boolean
}

const NO: Injection = { wanted: 'no', isAmbient: false, revision: DEFAULT_REVISION }

/** The value of the label `istio.io/dataplane-mode`, of which another value of the pod opts out. */
const AMBIENT = 'ambient'

/** @param namespace labels of the pod's namespace; undefined when the input does not have it */
export function injectionOf(
  { labels, annotations, hostNetwork }: Injectable,
  namespace: Labels | undefined,
): Injection {
  const own = labels.get(LABELS.inject) ?? annotations.get(LABELS.inject)
  const ofNamespace = namespace?.get(NAMESPACE_INJECTION)
  if (hostNetwork || own === 'false' || ofNamespace === 'disabled') return NO
  if (ofNamespace === 'enabled') return { wanted: 'yes', isAmbient: false, revision: DEFAULT_REVISION }
  const revision = namespace?.get(LABELS.revision) || labels.get(LABELS.revision)
  if (revision) return { wanted: 'yes', isAmbient: false, revision }
  if (own === 'true') return { wanted: 'yes', isAmbient: false, revision: DEFAULT_REVISION }
  const isAmbient = (labels.get(LABELS.dataplaneMode) ?? namespace?.get(LABELS.dataplaneMode)) === AMBIENT
  return { wanted: isAmbient ? 'no' : 'unstated', isAmbient, revision: DEFAULT_REVISION }
}
