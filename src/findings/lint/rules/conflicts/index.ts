import type { CONFLICT_ENTRIES } from '../../catalogue/conflicts.ts'
import type { RulesOf } from '../../rule.ts'
import { tcpPortConflict } from './tcp-port-conflict.ts'

export const CONFLICT_RULES: RulesOf<typeof CONFLICT_ENTRIES> = {
  'tcp-port-conflict': tcpPortConflict,
}
