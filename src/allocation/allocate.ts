/** Assigns automatic addresses to hosts without one, by the rule of the Istio version. */
import type { Registry } from '../registry/registry.ts'
import type { AllocationMode } from '../resources/mesh/features.ts'
import type { AllocatedRegistry, Decision, GivenAddresses, HostAllocation, Strategy } from './allocation.ts'
import { hashedAllocation } from './hashed.ts'
import { noAllocation } from './none.ts'
import { orderedAllocation } from './ordered.ts'
import { statusAllocation } from './status.ts'

/** The only place that knows the modes: a new one is a row here and a file that implements Strategy. */
const STRATEGIES: Readonly<
  Record<AllocationMode, (registry: Registry, given: GivenAddresses | undefined) => Strategy>
> = {
  none: noAllocation,
  ordered: orderedAllocation,
  hashed: hashedAllocation,
  status: statusAllocation,
}

function decideHosts(registry: Registry, strategy: Strategy): HostAllocation[] {
  const out: HostAllocation[] = []
  for (const entry of registry.snapshot.istio.serviceEntries) {
    const own = entry.spec.addresses
    for (const [hostIndex, host] of entry.spec.hosts.entries()) {
      const decision: Decision =
        own.length > 0
          ? { addresses: own, source: 'own', reason: 'spec.addresses of the entry', orderAssumed: false }
          : strategy.decide(entry, host)
      // A spread would make larger objects, of which there may be a hundred thousand.
      const { addresses, source, reason, orderAssumed } = decision
      out.push({ entry, host, hostIndex, addresses, source, reason, orderAssumed })
    }
  }
  return out
}

/**
 * The registry with automatic addresses, assigned as `snapshot.features.allocation` says.
 * @param given addresses that entries have already, if the mode stores them
 */
export function allocate(registry: Registry, given?: GivenAddresses): AllocatedRegistry {
  const allocation = STRATEGIES[registry.snapshot.features.allocation](registry, given)
  let hosts: readonly HostAllocation[] | undefined
  return {
    ...registry,
    allocation,
    // Computed on demand because only the commands that print allocations need the reasons.
    get hosts() {
      hosts ??= decideHosts(registry, allocation)
      return hosts
    },
    vipsOf: allocation.vipsOf,
  }
}
