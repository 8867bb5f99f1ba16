import type { Percent } from './types.ts'

const ZERO: Percent = {}

/** envoy.type.v3.Percent, whose zero is an empty message. */
export const percent = (value: number): Percent => (value === 0 ? ZERO : { value })
