/** Origins as text. */
import type { Origin } from '../../envoy/explained.ts'
import { fileAndLine } from '../../resources/problems.ts'

/** At most this many origins are listed in a cell; the others are counted. */
const MOST_IN_A_CELL = 3

/** `mesh/db.yaml:12`, or undefined for a rule that does not depend on an object. */
function placeOf({ location }: Origin): string | undefined {
  return location && fileAndLine(location)
}

/** A cell in column SOURCE: `mesh/db.yaml:12 ServiceEntry default/db`. */
export function sourceCell(all: readonly Origin[]): string {
  const particular = all.filter(({ isGeneral }) => !isGeneral)
  const origins = particular.length > 0 ? particular : all
  const texts = new Set<string>()
  for (const [index, origin] of origins.entries()) {
    texts.add([placeOf(origin), origin.what].filter((part) => part !== undefined).join(' '))
    const others = origins.length - index - 1
    if (texts.size === MOST_IN_A_CELL && others > 0) return `${[...texts].join(', ')} + ${others} more`
  }
  return [...texts].join(', ')
}

/** `ServiceEntry default/db (mesh/db.yaml:12): a TCP port listens on the address of its service` */
export function originText(origin: Origin): string {
  const place = placeOf(origin)
  return `${origin.what}${place === undefined ? '' : ` (${place})`}: ${origin.why}`
}
