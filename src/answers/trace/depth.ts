/** How many proxies a trace follows after the first, unless the user wants another number. */
export const DEFAULT_DEPTH = 5

/** Longer traces are refused. */
export const DEEPEST = 50
