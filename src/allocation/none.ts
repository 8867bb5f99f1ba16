/** Istio before 1.8 assigns no automatic addresses. */
import { noAddress, type Strategy } from './allocation.ts'

export function noAllocation(): Strategy {
  return {
    manner: 'not assigned',
    assigns: false,
    storesStatus: false,
    ranges: [],
    rangeOf: () => undefined,
    staleOf: () => [],
    mayHaveAddress: () => false,
    isUsedBy: () => false,
    basis: undefined,
    vipsOf: () => undefined,
    decide: () => noAddress('Istio before 1.8 assigns no addresses'),
  }
}
