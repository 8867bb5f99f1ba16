import type { HOST_ENTRIES } from '../../catalogue/hosts.ts'
import type { RulesOf } from '../../rule.ts'
import { addressInVipRange } from './address-in-vip-range.ts'
import { cidrNotInDns } from './cidr-not-in-dns.ts'
import { externalNameTcpPort } from './external-name-tcp-port.ts'
import { headlessRemoteNetwork } from './headless-remote-network.ts'
import { headlessTargetPort } from './headless-target-port.ts'
import { hostMergeBlocked } from './host-merge-blocked.ts'
import { hostNamespaceShadowed } from './host-namespace-shadowed.ts'
import { hostPortDuplicate } from './host-port-duplicate.ts'
import { hostPortProtocolConflict } from './host-port-protocol-conflict.ts'
import { hostShadowsService } from './host-shadows-service.ts'
import { hostSplitVips } from './host-split-vips.ts'
import { ipFamilyMismatch } from './ip-family-mismatch.ts'
import { multipleAddresses } from './multiple-addresses.ts'
import { noneNotAllocated } from './none-not-allocated.ts'
import { protocolUnset } from './protocol-unset.ts'
import { sidecarHidesEntry } from './sidecar-hides-entry.ts'
import { staleStatusAddress } from './stale-status-address.ts'
import { undeclaredVipPort } from './undeclared-vip-port.ts'
import { vipChangesOnUpgrade } from './vip-changes-on-upgrade.ts'
import { wildcardWithoutVip } from './wildcard-without-vip.ts'

export const HOST_RULES: RulesOf<typeof HOST_ENTRIES> = {
  'host-split-vips': hostSplitVips,
  'host-port-protocol-conflict': hostPortProtocolConflict,
  'host-port-duplicate': hostPortDuplicate,
  'host-merge-blocked': hostMergeBlocked,
  'host-namespace-shadowed': hostNamespaceShadowed,
  'host-shadows-service': hostShadowsService,
  'external-name-tcp-port': externalNameTcpPort,
  'headless-target-port': headlessTargetPort,
  'protocol-unset': protocolUnset,
  'undeclared-vip-port': undeclaredVipPort,
  'wildcard-without-vip': wildcardWithoutVip,
  'cidr-not-in-dns': cidrNotInDns,
  'none-not-allocated': noneNotAllocated,
  'address-in-vip-range': addressInVipRange,
  'stale-status-address': staleStatusAddress,
  'vip-changes-on-upgrade': vipChangesOnUpgrade,
  'ip-family-mismatch': ipFamilyMismatch,
  'multiple-addresses': multipleAddresses,
  'sidecar-hides-entry': sidecarHidesEntry,
  'headless-remote-network': headlessRemoteNetwork,
}
