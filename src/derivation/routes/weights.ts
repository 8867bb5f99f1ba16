/** Backends that receive something. */
export interface Receiving<B> {
  readonly backend: B
  /** Its place in the rule. */
  readonly index: number
  /** 0 for the only one. */
  readonly weight: number
}

/** Backends with a weight, in order; empty when a rule has none. */
export function receivingBackends<B extends { readonly weight: number }>(
  backends: readonly B[],
): readonly Receiving<B>[] {
  const receiving = backends.flatMap((backend, index) => (backend.weight === 0 ? [] : [{ backend, index }]))
  return receiving.map((each) => ({ ...each, weight: receiving.length === 1 ? 0 : each.backend.weight }))
}
