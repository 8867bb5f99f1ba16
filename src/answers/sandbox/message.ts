/** Where requests went through a real Envoy, beside where the trace says that they go. */

export interface CheckedTarget {
  readonly target: string
  /** Where the trace says that it goes. */
  readonly expected: string
  /** Where it went. */
  readonly got: string
  /** What differs; undefined when both agree. */
  readonly difference: string | undefined
}

export interface CheckAnswer {
  readonly targets: readonly CheckedTarget[]
  /** The proxy, in words. */
  readonly proxy: string
}

export const differing = ({ targets }: CheckAnswer): readonly CheckedTarget[] =>
  targets.filter(({ difference }) => difference !== undefined)

/** The value of `-o json` and `-o yaml`. */
export const checkMessage = ({ proxy, targets }: CheckAnswer): object => ({ proxy, targets })
