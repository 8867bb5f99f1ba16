/**
 * How much of an input is taken. Whatever is over a limit is refused with an error that names it; nothing is cut short
 * in silence.
 */
export interface Limits {
  /** Bytes of one file or of standard input. A JavaScript string holds at most 2^29 - 24 characters. */
  readonly fileBytes: number
  /** UTF-16 code units of one document. */
  readonly documentLength: number
  /** Mappings, sequences, scalars and aliases written in one document; the parser holds about 130 bytes for each. */
  readonly documentNodes: number
  /** Mappings and sequences inside one another, those that an alias stands for included. */
  readonly depth: number
  /** Nodes of one document when every alias is written out, whatever its own size. */
  readonly expandedNodes: number
  /** As before, as a multiple of the nodes that are written: the larger of the two counts. */
  readonly expansionFactor: number
  /** Keys that merge keys (`<<`) copy within one file. */
  readonly mergedKeys: number
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

/** The limits to use: the defaults with the given ones over them. */
export function withDefaults(limits: Partial<Limits> = {}): Limits {
  return { ...DEFAULT_LIMITS, ...limits }
}

/** 1234567 as `1,234,567`, the same in every locale. */
export function withThousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
