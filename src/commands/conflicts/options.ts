import { FIX_KINDS, type FixKind } from '../../findings/fixes/kinds.ts'
import type { MarkOptions } from '../../input/overlay.ts'
import type { ProxyOptions } from '../input-options.ts'
import { choice } from '../values.ts'
import type { WatchOptions } from '../watch/index.ts'

export interface ConflictsOptions extends ProxyOptions, MarkOptions, WatchOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  /** Empty for none. */
  readonly fix?: readonly FixKind[]
  /** A folder. */
  readonly fixOut?: string
  readonly allNamespaces?: boolean
}

const NONE = 'none'

/** Kinds in the order in which they are to be preferred. */
export function parseFixKinds(text: string): readonly FixKind[] {
  if (text === NONE) return []
  const parse = choice(FIX_KINDS)
  return [...new Set(text.split(',').map((kind) => parse(kind.trim())))]
}
