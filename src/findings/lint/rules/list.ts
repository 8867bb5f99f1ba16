/** The checks of all rules. */
import type { CATALOGUE } from '../catalogue/list.ts'
import type { RulesOf } from '../rule.ts'
import { CONFLICT_RULES } from './conflicts/list.ts'
import { DESTINATION_RULES } from './destinations/list.ts'
import { GATEWAY_API_RULES } from './gateway-api/list.ts'
import { GATEWAY_RULES } from './gateways/list.ts'
import { HOST_RULES } from './hosts/list.ts'
import { PATCH_RULES } from './patches/list.ts'
import { PORT_RULES } from './ports/list.ts'
import { REFERENCE_RULES } from './references/list.ts'
import { ROUTE_RULES } from './routes/list.ts'
import { SECURITY_RULES } from './security/list.ts'
import { VALIDATION_RULES } from './validation.ts'

export const RULES: RulesOf<typeof CATALOGUE> = {
  ...CONFLICT_RULES,
  ...HOST_RULES,
  ...PORT_RULES,
  ...REFERENCE_RULES,
  ...ROUTE_RULES,
  ...DESTINATION_RULES,
  ...GATEWAY_RULES,
  ...GATEWAY_API_RULES,
  ...SECURITY_RULES,
  ...PATCH_RULES,
  ...VALIDATION_RULES,
}
