/** Results with their origin, whose places are computed when they are read. */
import { placeMessage } from '../answers/place.ts'
import type { Place } from '../answers/shapes/place.ts'
import { once } from '../common/once.ts'
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import type { Problem, Source } from './types/source.ts'

/** An object, the rule that applied, and where. */
export interface Origin {
  readonly what: string
  readonly why: string
  readonly location?: Location | undefined
}

/**
 * Adds a place to an object.
 * @returns the object itself
 */
export function placed<T extends object>(object: T, location: Location | undefined): T & { readonly location?: Place } {
  if (location === undefined) return object
  const get = once(() => placeMessage(location))
  return Object.defineProperty(object, 'location', { get, enumerable: true })
}

export const sourceOf = ({ what, why, location }: Origin): Source => placed({ what, why }, location)

export function problemOf(problem: SourceProblem): Problem {
  const { severity, message, hint } = problem
  const out = { severity, message, ...(hint !== undefined && { hint }) }
  if (!('at' in problem)) return out
  return Object.defineProperty(out, 'location', { get: once(() => problem.at), enumerable: true })
}
