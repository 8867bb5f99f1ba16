import type { Reads } from '../../index.ts'

/** What each command reads from a live cluster. */
export const READS_BY_COMMAND: ReadonlyMap<string, Reads> = new Map([
  ['dig', 'names'],
  ['nametable', 'names'],
  ['allocate', 'names'],
  ['proxy-config', 'configuration'],
  ['conflicts', 'configuration'],
  ['gateways', 'configuration'],
  ['clusters', 'configuration'],
  ['proxies', 'proxies'],
  ['dump', 'configuration'],
  ['lint', 'everything'],
  ['snapshot', 'everything'],
])
