/** Which side of a proxy a filter stands on. */
export type Traffic = 'outbound' | 'inbound' | 'gateway'
