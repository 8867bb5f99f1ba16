/** The side of a proxy that a filter is on. */
export type Traffic = 'outbound' | 'inbound' | 'gateway'
