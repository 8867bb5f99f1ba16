/** A LOGICAL_DNS cluster may have just one endpoint. */
import { outboundClusterName } from '../../../../../common/names.ts'
import { discoveryType } from '../../../../../envoy/clusters/plan/outbound-service.ts'
import { portLocation } from '../../../../../registry/service.ts'
import type { Found } from '../../../rule.ts'
import type { HostSubject } from '../../../subjects.ts'

export const isLogicalDns = ({ merged }: HostSubject): boolean =>
  merged !== undefined && discoveryType(merged, true) === 'LOGICAL_DNS'

export function* logicalDns(subject: HostSubject): Iterable<Found> {
  const { host, merged } = subject
  if (!merged) return
  for (const port of merged.ports) {
    const count = port.protocol === 'UDP' ? 0 : subject.dnsEndpointCount(port)
    if (count < 2) continue
    const cluster = outboundClusterName(port.number, '', host)
    yield {
      message: `${host}:${port.number} has ${count} endpoints in cluster ${cluster} of type LOGICAL_DNS, which takes one: Envoy rejects the cluster`,
      resource: merged.source,
      location: portLocation(merged, port.number),
    }
  }
}
