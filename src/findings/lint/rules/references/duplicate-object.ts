import { groupBy } from '../../../../common/collections.ts'
import { describeResource, type Resource } from '../../../../kinds/resource.ts'
import { differ, type RepeatedObject, repeatedObjects } from '../../../duplicates.ts'
import type { Found, MeshRule, RelatedPlace } from '../../rule.ts'

/** Up to this many objects of the same folders have separate findings. */
const MOST_ALONE = 3
/** The number of related places; enough to find the others. */
const MOST_PLACES = 10
const MOST_NAMES = 3

const fileOf = ({ location }: Resource): string => location.document.file.name

function folderOf(resource: Resource): string {
  const file = fileOf(resource)
  const end = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'))
  return end < 0 ? '.' : file.slice(0, end)
}

const placesOf = ({ first, others }: RepeatedObject): readonly Resource[] => [first, ...others]

const related = (places: readonly Resource[], message: string): readonly RelatedPlace[] =>
  places.slice(0, MOST_PLACES).map(({ location }) => ({ message, location }))

/** Whether two places of one file differ; a file is applied as a whole. */
function contradictionIn(object: RepeatedObject): readonly [before: Resource, after: Resource] | undefined {
  for (const places of groupBy(placesOf(object), fileOf).values()) {
    for (const [index, after] of places.entries()) {
      const before = places[index - 1]
      if (before && differ(before, after)) return [before, after]
    }
  }
  return undefined
}

function contradiction([before, after]: readonly [Resource, Resource]): Found {
  return {
    message: `the file has ${describeResource(after)} twice with different content: the later one wins`,
    resource: after,
    location: after.location,
    related: related([before], 'the one that is lost'),
  }
}

function variant(object: RepeatedObject): Found {
  const { winner } = object
  const others = placesOf(object).filter((place) => place !== winner)
  return {
    message: `the input has ${describeResource(winner)} ${others.length + 1} times: this one wins`,
    resource: winner,
    location: winner.location,
    related: related(others, 'another one'),
    severity: 'info',
  }
}

/** A finding for many objects of the same folders: samples or environments side by side. */
function group(folders: readonly string[], objects: readonly [RepeatedObject, ...RepeatedObject[]]): Found {
  const [{ winner, first }] = objects
  const names = objects.slice(0, MOST_NAMES).map((object) => describeResource(object.winner))
  const rest = objects.length > MOST_NAMES ? ` and ${objects.length - MOST_NAMES} more` : ''
  const where = folders.length === 1 ? `several files of ${folders[0]}` : `each of the folders ${folders.join(', ')}`
  return {
    message: `${objects.length} objects are in ${where}, and the last one of each wins: ${names.join(', ')}${rest}`,
    resource: winner,
    location: winner.location,
    related: related([first], 'another one'),
    severity: 'info',
  }
}

const foldersOf = (object: RepeatedObject): readonly string[] => [...new Set(placesOf(object).map(folderOf))].sort()

export const duplicateObject: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const variants: RepeatedObject[] = []
    for (const object of repeatedObjects(registry.snapshot)) {
      const contradicting = contradictionIn(object)
      if (contradicting) yield contradiction(contradicting)
      else variants.push(object)
    }
    for (const objects of groupBy(variants, (object) => foldersOf(object).join('\0')).values()) {
      if (objects.length > MOST_ALONE) yield group(foldersOf(objects[0]), objects)
      else yield* objects.map(variant)
    }
  },
}
