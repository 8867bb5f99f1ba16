import type { Asked } from '../../answers/rbac/message.ts'
import type { Reads } from '../../index.ts'

/** What a command needs of a live cluster. */
export interface Needs {
  /** undefined for a command that does not read the mesh. */
  readonly reads: Reads | undefined
  readonly asks: Asked
  /** false for a command that does not need certificates. */
  readonly certificates?: false
}

const reading = (reads: Reads): Needs => ({ reads, asks: 'nothing' })

/** What each command needs of a live cluster. */
export const NEEDS_BY_COMMAND: ReadonlyMap<string, Needs> = new Map([
  ['dig', reading('names')],
  ['nametable', reading('names')],
  ['allocate', reading('names')],
  ['proxy-config', reading('configuration')],
  ['conflicts', reading('configuration')],
  ['gateways', reading('configuration')],
  ['clusters', reading('configuration')],
  ['proxies', reading('proxies')],
  ['verify', { reads: 'configuration', asks: 'proxies' }],
  ['proxy-status', { reads: undefined, asks: 'istiod' }],
  ['dump', reading('configuration')],
  ['lint', reading('everything')],
  ['status', reading('configuration')],
  ['snapshot', { ...reading('everything'), certificates: false }],
])

/** What all commands need that only read objects: a right to port-forward is given on request. */
export const READING: Needs = reading('everything')
