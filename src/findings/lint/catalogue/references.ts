/** Rules about references that lead nowhere, and about values that are not what they look like. */
import type { Catalogue } from '../rule.ts'

export const REFERENCE_ENTRIES = {} as const satisfies Catalogue
