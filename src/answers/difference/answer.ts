/** The difference between two meshes, and how its parts are called. */

import type { Difference, InputChange, Sides } from '../../difference/model.ts'
import { counted } from '../../formats/counted.ts'
import type { Location } from '../../sources/location.ts'

/** How much is printed: numbers, what proxies notice, or every resource too. */
export type Level = 'summary' | 'effects' | 'resources'

export interface DifferenceAnswer {
  /** How the user named the two meshes. */
  readonly names: Sides<string>
  readonly level: Level
  /** What the changes are. */
  readonly noun: 'object' | 'behaviour of istiod'
  /** Changes that are not listed, because they have no effect. */
  readonly unlisted: number
  readonly difference: Difference
  /** Whether the texts differ although no object does: comments, layout, or the order of objects. */
  readonly onlyText: boolean
  /** How the files of each side are called. */
  readonly fileOf: Sides<(file: string) => string>
}

/** `mesh/db.yaml:12`, with the commit for a file of another commit. */
function placeText(location: Location, fileOf: (file: string) => string): string {
  const { file, line } = location.position()
  return `${fileOf(file)}:${line}`
}

/** Where an object is on each side. */
export function placesOf({ locations }: InputChange, { fileOf }: DifferenceAnswer): Partial<Sides<string>> {
  const { before, after } = locations
  return {
    ...(before && { before: placeText(before, fileOf.before) }),
    ...(after && { after: placeText(after, fileOf.after) }),
  }
}

/** `3 objects`, `2 behaviours of istiod` */
export function changesText(count: number, noun: DifferenceAnswer['noun']): string {
  return noun === 'object' ? counted(count, noun) : counted(count, noun, 'behaviours of istiod')
}
