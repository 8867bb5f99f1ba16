/** References to missing objects in the configuration of one proxy. istiod accepts them; vipctl reports them. */
import type { ProxyView } from '../../scope/view.ts'
import type { Finding } from '../finding.ts'
import { overlappingRules } from './destination-rules.ts'
import { unknownEndpointPorts } from './endpoint-ports.ts'
import { unmatchedEgressHosts } from './sidecar.ts'
import { unresolvedDestinations } from './virtual-services.ts'

export function unresolvedReferences(view: ProxyView): readonly Finding[] {
  return [
    ...unresolvedDestinations(view),
    ...overlappingRules(view.registry.snapshot),
    ...unmatchedEgressHosts(view),
    ...unknownEndpointPorts(view.registry),
  ]
}
