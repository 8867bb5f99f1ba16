/** The subcommands of `proxy-config`. */
export const SUBCOMMANDS = ['listeners', 'clusters', 'endpoints', 'routes', 'ecds', 'all'] as const

export type Subcommand = (typeof SUBCOMMANDS)[number]
