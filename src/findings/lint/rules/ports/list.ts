import type { PORT_ENTRIES } from '../../catalogue/ports.ts'
import type { RulesOf } from '../../rule.ts'
import { addressHostBits } from './address-host-bits.ts'
import { endpointPortsPartial } from './endpoint-ports-partial.ts'
import { inboundProtocolConflict } from './inbound-protocol-conflict.ts'
import { plainTextOn443 } from './plain-text-on-443.ts'
import { vipRangeExhausted } from './vip-range-exhausted.ts'

export const PORT_RULES: RulesOf<typeof PORT_ENTRIES> = {
  'inbound-protocol-conflict': inboundProtocolConflict,
  'endpoint-ports-partial': endpointPortsPartial,
  'plain-text-on-443': plainTextOn443,
  'address-host-bits': addressHostBits,
  'vip-range-exhausted': vipRangeExhausted,
}
