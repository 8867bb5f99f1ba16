/** The kinds of fixes, in the order in which they are offered. */
export const FIX_KINDS = ['addresses', 'dns-capture', 'port', 'merge', 'export-to'] as const
export type FixKind = (typeof FIX_KINDS)[number]
