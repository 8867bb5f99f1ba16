import { keepingPart } from '../../../../../common/changes/parts.ts'
import { hostTakesVips, ineligible } from '../../../../../kinds/auto-allocation.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import type { FixProposal } from '../../../proposal.ts'
import type { Found, MeshRule } from '../../../rule.ts'
import { listText } from '../texts.ts'

function proposal(entry: ServiceEntryResource, indexes: readonly number[]): FixProposal {
  const all = indexes.length === entry.status.addresses.length
  const edits = all
    ? [{ path: ['status', 'addresses'], remove: true as const }]
    : indexes.map((index) => ({ path: ['status', 'addresses', index], remove: true as const }))
  return {
    title: `remove what does not count from status.addresses of ${describeResource(entry)}`,
    changes: [{ kind: 'edit', resource: entry, edits }],
    safe: true,
  }
}

/** Which addresses are not used, and why, as a clause. */
function stale(entry: ServiceEntryResource): { readonly indexes: readonly number[]; readonly why: string } {
  const { addresses } = entry.status
  const reason = ineligible(entry)
  if (reason !== undefined) return { indexes: [...addresses.keys()], why: reason }
  const hosts = new Set(entry.spec.hosts.filter((host) => hostTakesVips(entry, host)))
  const indexes = [...addresses.keys()].filter((index) => !hosts.has(addresses[index]?.host ?? ''))
  const named = [...new Set(indexes.map((index) => addresses[index]?.host ?? ''))]
  const listed = named.every((host) => entry.spec.hosts.includes(host))
  return { indexes, why: `${listText(named)} ${listed ? 'may have none' : 'is not a host of the entry'}` }
}

function check(entry: ServiceEntryResource): Found | undefined {
  const { indexes, why } = stale(entry)
  const [first] = indexes
  if (first === undefined) return undefined
  const values = [...new Set(indexes.map((index) => entry.status.addresses[index]?.value ?? ''))]
  return {
    message: `status.addresses still has ${listText(values)}, which istiod does not use: ${why}`,
    resource: entry,
    location: entry.location.child('status', 'addresses', first),
    proposals: () => [proposal(entry, indexes)],
  }
}

const withStatus = keepingPart(({ status }: ServiceEntryResource) => status.addresses.length > 0)

export const staleStatusAddress: MeshRule = {
  *checkMesh({ registry }) {
    const { istio, memory } = registry.snapshot
    for (const entry of withStatus(memory, '', istio.serviceEntries)) {
      const found = check(entry)
      if (found) yield found
    }
  },
}
