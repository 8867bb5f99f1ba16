import type { Explained, Origin } from '../../explained.ts'
import type { EnvoyListener } from './resource.ts'

/** A listener with its origins and those of each filter chain (the default chain last). */
export interface ExplainedListener extends Explained<EnvoyListener> {
  readonly chains: readonly (readonly Origin[])[]
}
