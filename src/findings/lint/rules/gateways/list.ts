import type { GATEWAY_ENTRIES } from '../../catalogue/gateways.ts'
import type { RulesOf } from '../../rule.ts'
import { gatewayCertificateShared } from './gateway-certificate-shared.ts'
import { gatewayCredentialMissing } from './gateway-credential-missing.ts'
import { gatewayLeftOut } from './gateway-left-out.ts'
import { gatewayMissing } from './gateway-missing.ts'
import { gatewayPortPrivileged } from './gateway-port-privileged.ts'
import { gatewaySelectsNothing } from './gateway-selects-nothing.ts'
import { gatewayServerConflict } from './gateway-server-conflict.ts'
import { virtualServiceNotBound } from './virtual-service-not-bound.ts'

export const GATEWAY_RULES: RulesOf<typeof GATEWAY_ENTRIES> = {
  'gateway-missing': gatewayMissing,
  'virtual-service-not-bound': virtualServiceNotBound,
  'gateway-selects-nothing': gatewaySelectsNothing,
  'gateway-left-out': gatewayLeftOut,
  'gateway-server-conflict': gatewayServerConflict,
  'gateway-certificate-shared': gatewayCertificateShared,
  'gateway-credential-missing': gatewayCredentialMissing,
  'gateway-port-privileged': gatewayPortPrivileged,
}
