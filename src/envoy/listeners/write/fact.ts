import type { Explained, Origin } from '../../facts.ts'
import type { EnvoyListener } from './resource.ts'

/** A listener, what it came from, and what each of its filter chains came from (the default chain last). */
export interface ListenerFact extends Explained<EnvoyListener> {
  readonly chains: readonly (readonly Origin[])[]
}
