/** Where a value of the input stands, as data. */
import type { Position } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'

/** The form of every `location` in `-o json`; line and column from 1. */
export function placeMessage(location: Location): Position {
  const { file, line, column } = location.position()
  return { file, line, column }
}
