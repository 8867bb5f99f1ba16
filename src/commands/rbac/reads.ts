import type { Reads } from '../../index.ts'

/** How much of a live cluster the commands read. */
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
