/** The resources of one message by their names, which is how two messages are compared. */
import { groupBy } from '../common/collections.ts'
import type { JsonValue } from '../sources/document.ts'
import { isMapping, type JsonMapping } from '../sources/mapping.ts'
import { type ComparedKind, ordered } from './order.ts'

export type NamedResources = ReadonlyMap<string, JsonValue>

const listOf = (value: JsonValue | undefined): readonly JsonMapping[] =>
  Array.isArray(value) ? value.filter((item) => isMapping(item)) : []

const entriesOf = (value: JsonValue | undefined): NamedResources =>
  new Map(isMapping(value) ? Object.entries(value) : [])

function byName(value: JsonValue, nameOf: (item: JsonMapping) => unknown): NamedResources {
  const groups = groupBy(listOf(value), (item) => String(nameOf(item)))
  return groups as ReadonlyMap<string, JsonValue>
}

/** Whether the API server rejects the object or warns; the words are free. */
const verdictOf = ({ error, warning }: JsonMapping): JsonValue => ({ error: Boolean(error), warning: Boolean(warning) })

/**
 * The resources of a message, with their unordered lists in one order.
 *
 * @param message what `vipctl dump -o json` prints under `kind`; `dns` is a list of answers
 * @returns by host for `nds`, by object for `validation` (`KIND NAMESPACE/NAME`), by question for `dns` (`NAME TYPE`).
 *   Listeners, clusters, load assignments, route configurations and answers are lists of those that share a name.
 */
export function namedResources(kind: ComparedKind, message: JsonValue): NamedResources {
  const value = ordered(kind, message)
  switch (kind) {
    case 'allocation':
    case 'conditions':
      return entriesOf(value)
    case 'nds':
      return entriesOf(isMapping(value) ? value.table : undefined)
    case 'validation':
      return new Map(listOf(value).map((item) => [`${item.kind} ${item.namespace}/${item.name}`, verdictOf(item)]))
    case 'dns':
      return byName(value, ({ name, type }) => `${name} ${type}`)
    case 'eds':
      return byName(value, ({ clusterName }) => clusterName)
    default:
      return byName(value, ({ name }) => name)
  }
}
