/** Rules about what istiod's admission check rejects or warns about: one for each cause. */
import type { Catalogue } from '../rule.ts'

export const VALIDATION_ENTRIES = {} as const satisfies Catalogue
