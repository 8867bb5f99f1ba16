/** What policies apply to: label selectors of newer Istio kinds, and targets (istio.io/api type/v1beta1/selector.proto). */
import { enumeration, type Infer, list, map, message, string, uint32 } from '../schema/index.ts'

export const LabelSelectorSpec = message('LabelSelectorSpec', {
  matchLabels: map(string),
})
export type LabelSelectorSpec = Infer<typeof LabelSelectorSpec>

export const PolicyTargetReference = message('PolicyTargetReference', {
  group: string,
  kind: string,
  name: string,
  namespace: string,
})
export type PolicyTargetReference = Infer<typeof PolicyTargetReference>

/** The fields of a policy that say which proxies it applies to. */
export interface PolicyTargets {
  readonly selector?: LabelSelectorSpec | undefined
  readonly targetRef?: PolicyTargetReference | undefined
  readonly targetRefs: readonly PolicyTargetReference[]
}

/** The references that apply: `targetRefs`, or the single `targetRef` if that list is empty. */
export function effectiveTargets({ targetRef, targetRefs }: PolicyTargets): readonly PolicyTargetReference[] {
  if (targetRefs.length > 0 || !targetRef) return targetRefs
  return [targetRef]
}

const KubernetesRequirement = message(
  'matchExpressions',
  { key: string, operator: string, values: list(string) },
  { open: true },
)

/** The label selector of Kubernetes (k8s.io/apimachinery meta/v1 LabelSelector). */
export const KubernetesSelector = message(
  'selector',
  { matchLabels: map(string), matchExpressions: list(KubernetesRequirement) },
  { open: true },
)
export type KubernetesSelector = Infer<typeof KubernetesSelector>

/** The side of the traffic that an extension is for. */
export const WorkloadMode = enumeration(['UNDEFINED', 'CLIENT', 'SERVER', 'CLIENT_AND_SERVER'])

export const PortSelector = message('PortSelector', {
  number: uint32,
})

/** The selector of older kinds (istio.io/api networking/v1alpha3/sidecar.proto). */
export const WorkloadSelector = message('WorkloadSelector', {
  labels: map(string),
})
