/** Fields that several messages share. */
import type { Percent } from '../../../kinds/messages/virtual-service.ts'
import { compact } from '../../json.ts'
import type { FractionalPercent } from './resources.ts'

const MILLIONTHS_PER_PERCENT = 10_000

export function fractionOf(percent: Percent): FractionalPercent {
  return compact<FractionalPercent>({
    numerator: Math.trunc(percent.value * MILLIONTHS_PER_PERCENT) || undefined,
    denominator: 'MILLION',
  })
}

/** @param percent a whole number; a denominator of 100 is the default */
export function wholePercent(percent: number): FractionalPercent {
  return percent === 0 ? {} : { numerator: percent }
}

/** Empty lists are omitted in protobuf's JSON. */
export function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
