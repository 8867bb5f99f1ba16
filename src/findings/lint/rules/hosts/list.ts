import type { HOST_ENTRIES } from '../../catalogue/hosts.ts'
import type { RulesOf } from '../../rule.ts'
import { addressInVipRange } from './addresses/address-in-vip-range.ts'
import { cidrNotInDns } from './addresses/cidr-not-in-dns.ts'
import { ipFamilyMismatch } from './addresses/ip-family-mismatch.ts'
import { multipleAddresses } from './addresses/multiple-addresses.ts'
import { noneNotAllocated } from './addresses/none-not-allocated.ts'
import { staleStatusAddress } from './addresses/stale-status-address.ts'
import { undeclaredVipPort } from './addresses/undeclared-vip-port.ts'
import { vipChangesOnUpgrade } from './addresses/vip-changes-on-upgrade.ts'
import { wildcardWithoutVip } from './addresses/wildcard-without-vip.ts'
import { externalNameTcpPort } from './services/external-name-tcp-port.ts'
import { headlessRemoteNetwork } from './services/headless-remote-network.ts'
import { headlessTargetPort } from './services/headless-target-port.ts'
import { hostShadowsService } from './services/host-shadows-service.ts'
import { protocolUnset } from './services/protocol-unset.ts'
import { sidecarHidesEntry } from './services/sidecar-hides-entry.ts'
import { hostMergeBlocked } from './several-entries/host-merge-blocked.ts'
import { hostNamespaceShadowed } from './several-entries/host-namespace-shadowed.ts'
import { hostPortDuplicate } from './several-entries/host-port-duplicate.ts'
import { hostPortProtocolConflict } from './several-entries/host-port-protocol-conflict.ts'
import { hostSplitVips } from './several-entries/host-split-vips.ts'

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
