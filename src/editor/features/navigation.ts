/** Where the thing under the cursor is defined, and where it is used. */
import type { Location as EditorLocation, Position } from 'vscode-languageserver/node'
import type { Location } from '../../sources/location.ts'
import type { Mention } from '../meaning/mention.ts'
import { locationOf, meshIndexOf, type PlacedMention } from '../meaning/mesh-index.ts'
import { Ranges } from '../workspace/shown.ts'
import { type Asked, pointedAt } from './pointed.ts'

/** More places do not help. */
const MOST_PLACES = 1_000

/** The places where what is mentioned is made. */
function definitionsOf(mention: PlacedMention, { checked }: Asked): readonly Location[] {
  const index = meshIndexOf(checked.loaded.snapshot)
  if (mention.selector)
    return index.selected(mention.selector).map(({ location }) => location.child('metadata', 'name'))
  return index.named(mention.name, 'definition').map(locationOf)
}

/** From a host to its Service or ServiceEntry, from a subset, gateway, delegate or Secret to it, from a selector to the workloads. */
export function definitions(asked: Asked, position: Position): readonly EditorLocation[] {
  const pointed = pointedAt(asked, position)
  const found = (pointed?.mentions ?? []).flatMap((mention) => definitionsOf(mention, asked))
  return new Ranges(asked.shown).at(found.slice(0, MOST_PLACES))
}

/** The selectors that select a workload. */
function selecting({ resource }: PlacedMention, { checked }: Asked): readonly Location[] {
  const index = meshIndexOf(checked.loaded.snapshot)
  return index.selecting(resource).map(locationOf)
}

/** The places that use what is mentioned. */
export function usesOf(mention: PlacedMention, asked: Asked): readonly Location[] {
  const index = meshIndexOf(asked.checked.loaded.snapshot)
  const uses = mention.name === '' ? [] : index.named(mention.name, 'use').map(locationOf)
  const isWorkload = mention.role === 'definition' && mention.topic === 'object'
  return isWorkload ? [...uses, ...selecting(mention, asked)] : uses
}

const isNamed = ({ name }: Mention): boolean => name !== ''

/**
 * The places that use what is at a position.
 * @param withDefinitions whether to include the places that define it
 */
export function references(asked: Asked, position: Position, withDefinitions: boolean): readonly EditorLocation[] {
  const pointed = pointedAt(asked, position)
  const mentions = (pointed?.mentions ?? []).filter(isNamed)
  const made = withDefinitions ? mentions.flatMap((mention) => definitionsOf(mention, asked)) : []
  const uses = mentions.flatMap((mention) => usesOf(mention, asked))
  return new Ranges(asked.shown).at([...made, ...uses].slice(0, MOST_PLACES))
}
