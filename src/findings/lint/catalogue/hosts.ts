/** Rules about hosts and addresses. */
import type { Catalogue } from '../rule.ts'

export const HOST_ENTRIES = {} as const satisfies Catalogue
