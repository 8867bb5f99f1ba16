import { allocate } from '../../../../../allocation/allocate.ts'
import type { AllocatedRegistry, HostAllocation } from '../../../../../allocation/allocation.ts'
import { append } from '../../../../../common/collections.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import { type IstioVersion, versionText } from '../../../../../releases/version.ts'
import { featuresOf } from '../../../../../resources/mesh/features.ts'
import type { Found, MeshRule } from '../../../rule.ts'
import { listText } from '../texts.ts'

/** The addresses of the same mesh under another version of istiod. */
function allocatedBy(version: IstioVersion, registry: AllocatedRegistry): AllocatedRegistry {
  const { snapshot } = registry
  const features = featuresOf(snapshot.features.env, version)
  return allocate({ ...registry, snapshot: { ...snapshot, features } })
}

/** Addresses in the spec do not depend on the version. */
const automatic = ({ source, addresses }: HostAllocation): readonly string[] => (source === 'own' ? [] : addresses)

interface Change {
  readonly allocation: HostAllocation
  readonly before: readonly string[]
  readonly after: readonly string[]
}

type Changes = readonly [Change, ...Change[]]

/** Hosts whose addresses differ, by entry; both lists have the same hosts in the same order. */
function changes(before: AllocatedRegistry, after: AllocatedRegistry): ReadonlyMap<ServiceEntryResource, Changes> {
  const out = new Map<ServiceEntryResource, [Change, ...Change[]]>()
  const earlier = before.hosts
  for (const [index, allocation] of after.hosts.entries()) {
    const known = earlier[index]
    if (!known) continue
    const change = { allocation, before: automatic(known), after: automatic(allocation) }
    if (change.before.join() === change.after.join()) continue
    append(out, allocation.entry, change)
  }
  return out
}

const addressText = (addresses: readonly string[]): string => (addresses.length > 0 ? listText(addresses) : 'none')

function found(entry: ServiceEntryResource, all: Changes, from: IstioVersion, to: IstioVersion): Found {
  const [{ allocation, before, after }] = all
  const others = all.length > 1 ? `, and those of ${all.length - 1} more hosts of the entry change too` : ''
  return {
    message:
      `${allocation.host} has the automatic address ${addressText(before)} with Istio ${versionText(from)} and ` +
      `${addressText(after)} with Istio ${versionText(to)}${others}`,
    resource: entry,
    location: entry.location.child('spec', 'hosts', allocation.hostIndex),
  }
}

export const vipChangesOnUpgrade: MeshRule = {
  *checkMesh({ registry, fromVersion }) {
    if (!fromVersion) return
    const { version } = registry.snapshot.features
    for (const [entry, all] of changes(allocatedBy(fromVersion, registry), registry)) {
      yield found(entry, all, fromVersion, version)
    }
  },
}
