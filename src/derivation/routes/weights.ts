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
  const count = backends.reduce((sum, { weight }) => (weight === 0 ? sum : sum + 1), 0)
  const receiving: Receiving<B>[] = []
  for (const [index, backend] of backends.entries()) {
    if (backend.weight !== 0) receiving.push({ backend, index, weight: count === 1 ? 0 : backend.weight })
  }
  return receiving
}
