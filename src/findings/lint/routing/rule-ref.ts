/** References to rules of VirtualServices. */
import type { VirtualServiceResource } from '../../../kinds/index.ts'

export type RuleKind = 'http' | 'tls' | 'tcp'

/** A rule of the VirtualService that contains it: a delegate, not its root. */
export interface RuleRef {
  readonly source: VirtualServiceResource
  readonly kind: RuleKind
  readonly index: number
}

export const ruleKey = ({ kind, index }: Pick<RuleRef, 'kind' | 'index'>): string => `${kind} ${index}`
