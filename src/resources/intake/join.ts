/** Virtual machines that join a WorkloadGroup (pilot/pkg/autoregistration/controller.go of the reference). */

import { ipFamily } from '../../common/addresses.ts'
import { UserError } from '../../common/errors.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import { nearestAll } from '../../common/nearest.ts'
import type { WorkloadEntryResource, WorkloadGroupResource } from '../../kinds/index.ts'
import { IstioStatus } from '../../kinds/istio/define.ts'
import { WORKLOAD_ENTRY } from '../../kinds/istio/workload-entry.ts'
import { WorkloadEntry } from '../../kinds/messages/workload-entry.ts'
import { type Metadata, Resource } from '../../kinds/resource.ts'
import { unwritten } from '../../kinds/stated.ts'
import type { Snapshot } from '../snapshot.ts'

/** A machine that joins a group. */
export interface Join {
  readonly namespace: string
  readonly group: string
  readonly ip: string
}

/** A joining machine is assumed to be healthy; istiod ignores an unhealthy one. */
const HEALTHY = { conditions: [{ type: 'Healthy', status: 'True' }] }
/** The longest name of an object; longer ones are cut at the start. */
const LONGEST_NAME = 253

/** `GROUP-IP[-NETWORK]`, with the colons of IPv6 addresses replaced by dashes. */
function entryName(group: string, ip: string, network: string): string {
  const name = [group, ip.replaceAll(':', '-'), ...(network ? [network] : [])].join('-')
  return name.slice(-LONGEST_NAME)
}

function metadataOf(group: WorkloadGroupResource, name: string, labels: ReadonlyMap<string, string>): Metadata {
  const annotations = new Map([
    [ANNOTATIONS.autoRegistrationGroup, group.meta.name],
    ...(group.spec.metadata?.annotations ?? []),
  ])
  if (group.spec.probe) annotations.set(ANNOTATIONS.healthChecks, 'true')
  return {
    name,
    namespace: group.meta.namespace,
    labels,
    annotations,
    creationTime: 0,
    generateName: '',
    deleting: false,
    ownerReferences: [{ kind: group.kind, name: group.meta.name, controller: true }],
    stored: false,
  }
}

/** The WorkloadEntry that istiod writes when a machine with this address joins, located at the group. */
function entryOf(group: WorkloadGroupResource, ip: string): WorkloadEntryResource {
  const template = group.spec.template ?? WorkloadEntry.zero
  const labels = new Map([...template.labels, ...(group.spec.metadata?.labels ?? [])])
  const meta = metadataOf(group, entryName(group.meta.name, ip, template.network), labels)
  const parts = {
    kind: WORKLOAD_ENTRY.kind,
    apiVersion: group.apiVersion,
    meta,
    spec: { ...template, address: ip, labels },
    status: group.spec.probe ? HEALTHY : IstioStatus.zero,
    cluster: group.cluster,
    location: group.location,
  }
  return new Resource(parts, unwritten(WORKLOAD_ENTRY))
}

function groupOf(join: Join, groups: ReadonlyMap<string, WorkloadGroupResource>): WorkloadGroupResource {
  const name = `${join.namespace}/${join.group}`
  const group = groups.get(name)
  if (group) return group
  const close = nearestAll(name, groups.keys())
  const few = [...groups.keys()].slice(0, 5).join(', ')
  const known = few ? `the input has ${few}` : 'the input has no WorkloadGroup'
  throw new UserError(`no WorkloadGroup ${name}`, close.length > 0 ? `did you mean ${close.join(' or ')}?` : known)
}

/**
 * Adds the WorkloadEntries that auto-registration would write. An entry that the input already has is kept.
 * @throws UserError when a group does not exist or an address is invalid
 */
export function withJoins(snapshot: Snapshot, joins: readonly Join[]): Snapshot {
  if (joins.length === 0) return snapshot
  const groups = new Map(
    snapshot.istio.workloadGroups.map((group) => [`${group.meta.namespace}/${group.meta.name}`, group]),
  )
  const present = new Set(snapshot.istio.workloadEntries.map(({ meta }) => `${meta.namespace}/${meta.name}`))
  const added: WorkloadEntryResource[] = []
  for (const join of joins) {
    if (ipFamily(join.ip) === 0) throw new UserError(`${JSON.stringify(join.ip)} is not an IP address`)
    const entry = entryOf(groupOf(join, groups), join.ip)
    const key = `${entry.meta.namespace}/${entry.meta.name}`
    if (present.has(key)) continue
    present.add(key)
    added.push(entry)
  }
  const workloadEntries = [...snapshot.istio.workloadEntries, ...added]
  return { ...snapshot, istio: { ...snapshot.istio, workloadEntries } }
}
