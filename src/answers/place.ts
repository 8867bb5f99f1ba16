/** The position of a value in the input, as data. */
import type { Location } from '../sources/location.ts'
import type { Place } from './shapes/place.ts'

/** The value of every `location` in `-o json`; line and column count from 1. */
export function placeMessage(location: Location): Place {
  const { file, line, column } = location.position()
  return { file, line, column }
}
