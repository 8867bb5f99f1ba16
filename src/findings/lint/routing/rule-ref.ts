/** How rules of VirtualServices are named. */
import type { VirtualServiceResource } from '../../../kinds/index.ts'

export type RuleKind = 'http' | 'tls' | 'tcp'

/** A rule of a VirtualService, where it is written: of a delegate, not of its root. */
export interface RuleRef {
  readonly source: VirtualServiceResource
  readonly kind: RuleKind
  readonly index: number
}

export const ruleKey = ({ kind, index }: Pick<RuleRef, 'kind' | 'index'>): string => `${kind} ${index}`
