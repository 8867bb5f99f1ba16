/** The subcommands of `proxy-config`. */
export const SUBCOMMANDS = ['listeners', 'clusters', 'endpoints', 'routes', 'all'] as const

export type Subcommand = (typeof SUBCOMMANDS)[number]
