import type { PATCH_ENTRIES } from '../../catalogue/patches.ts'
import type { RulesOf } from '../../rule.ts'
import { patchChangesEveryProxy } from './patch-changes-every-proxy.ts'
import { patchMatchesNothing } from './patch-matches-nothing.ts'

export const PATCH_RULES: RulesOf<typeof PATCH_ENTRIES> = {
  'patch-matches-nothing': patchMatchesNothing,
  'patch-changes-every-proxy': patchChangesEveryProxy,
}
