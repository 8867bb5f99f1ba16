/**
 * How much input is accepted. Input over a limit is refused with an error that names the limit; nothing is truncated
 * silently.
 */
export interface Limits {
  /** Bytes of one file or of standard input. A JavaScript string holds at most 2^29 - 24 characters. */
  readonly fileBytes: number
  /** UTF-16 code units of one document. */
  readonly documentLength: number
  /** Mappings, sequences, scalars and aliases written in one document; the parser holds about 130 bytes for each. */
  readonly documentNodes: number
  /** Nesting of mappings and sequences, including those that aliases expand to. */
  readonly depth: number
  /** Nodes of one document with every alias expanded, always allowed. */
  readonly expandedNodes: number
  /** The same as a multiple of the nodes that are written. The larger of the two limits applies. */
  readonly expansionFactor: number
  /** Keys that merge keys (`<<`) copy within one file. */
  readonly mergedKeys: number
  /** How to raise a limit that memory sets. */
  readonly raisedBy?: string
}

export const DEFAULT_LIMITS: Limits = {
  fileBytes: 512_000_000,
  documentLength: 100_000_000,
  documentNodes: 10_000_000,
  depth: 1_000,
  expandedNodes: 1_000_000,
  expansionFactor: 100,
  mergedKeys: 1_000_000,
}

/** The limits to use: the defaults, overridden by the given ones. */
export function withDefaults(limits: Partial<Limits> = {}): Limits {
  return { ...DEFAULT_LIMITS, ...limits }
}

/** 1234567 as `1,234,567`, the same in every locale. */
export function withThousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
