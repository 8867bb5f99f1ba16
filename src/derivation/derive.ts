/** Derives configuration from the objects of a mesh; the stages after this one treat it like objects of the input. */
import type { AllocatedRegistry } from '../allocation/allocation.ts'
import type { DerivedConfiguration, DerivedRegistry } from './derived.ts'
import { deriveFromIngresses } from './ingress/derive.ts'

const NOTHING: DerivedConfiguration = { gateways: [], virtualServices: [], destinationRules: [] }

/** Adds the derived configuration to a registry. */
export function derive(registry: AllocatedRegistry): DerivedRegistry {
  const { gateways, virtualServices } = deriveFromIngresses(registry.snapshot) ?? NOTHING
  return { ...registry, derived: { gateways, virtualServices, destinationRules: [] } }
}
