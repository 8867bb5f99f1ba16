/** Lists in messages, and values as text. */
import { isMap } from '../../../../common/collections.ts'
import { isWildcard } from '../../../../registry/service.ts'

/** At most this many items are listed. */
export const MOST_NAMED = 5

/** `a, b and c`, or `a, b and 3 more`. */
export function listText(items: readonly (string | number)[], most = MOST_NAMED): string {
  const rest = items.length - most
  if (rest > 1) return `${items.slice(0, most).join(', ')} and ${rest} more`
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** The hosts of an entry without wildcards. */
export const namedHostsText = (hosts: readonly string[]): string => listText(hosts.filter((host) => !isWildcard(host)))

/** `port 80`, `ports 80 and 443`. */
export const portsText = (numbers: readonly number[]): string =>
  `${numbers.length === 1 ? 'port' : 'ports'} ${listText(numbers)}`

/** A text that is equal for equal values, ignoring the order of map entries. */
export const comparableText = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (isMap(item) ? [...item].sort() : item))
