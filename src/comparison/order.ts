/**
 * One order for what istiod leaves unordered (addresses of a name, endpoints, localities, domains, virtual hosts), so that
 * two messages that mean the same are equal data. Nothing is changed in place.
 */
import type { JsonValue } from '../sources/document.ts'
import { isMapping, type JsonMapping } from '../sources/mapping.ts'

/** The parts of `vipctl dump -o json`, and `dns`, the answers of `vipctl dig --batch`. */
export const COMPARED_KINDS = [
  'allocation',
  'validation',
  'conditions',
  'nds',
  'dns',
  'lds',
  'cds',
  'eds',
  'rds',
] as const
export type ComparedKind = (typeof COMPARED_KINDS)[number]

type Order = (value: JsonValue) => JsonValue

const mapped =
  (order: Order): Order =>
  (value) =>
    Array.isArray(value) ? value.map(order) : value

/** Orders the fields of a mapping that have an order; the others stay as they are. */
const fields =
  (orders: { readonly [field: string]: Order }): Order =>
  (value) => {
    if (!isMapping(value)) return value
    const ordered = Object.entries(value).map(([key, field]): [string, JsonValue] => {
      const order = Object.hasOwn(orders, key) ? orders[key] : undefined
      return [key, order ? order(field) : field]
    })
    return Object.fromEntries(ordered)
  }

function sortedKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (!isMapping(value)) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sortedKeys(value[key] as JsonValue)]))
}

/** Sorts by a text of each item, which is computed once. */
const sortedBy =
  (textOf: (item: JsonValue) => string): Order =>
  (value) => {
    if (!Array.isArray(value) || value.length < 2) return value
    const keyed = value.map((item) => ({ item, text: textOf(item) }))
    keyed.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    return keyed.map(({ item }) => item)
  }

const byContent = sortedBy((item) => JSON.stringify(sortedKeys(item)))
const byText = sortedBy(String)
const byName = sortedBy((item) => String((item as JsonMapping).name))

const then =
  (first: Order, second: Order): Order =>
  (value) =>
    second(first(value))

const assignment = fields({ endpoints: then(mapped(fields({ lbEndpoints: byContent })), byContent) })

const cluster = fields({
  loadAssignment: assignment,
  metadata: fields({ filterMetadata: fields({ istio: fields({ services: byContent }) }) }),
})

const nameTable: Order = (table) =>
  isMapping(table)
    ? Object.fromEntries(Object.entries(table).map(([host, info]) => [host, fields({ ips: byText })(info)]))
    : table

const ORDERS: { readonly [kind in ComparedKind]: Order } = {
  allocation: (value) => value,
  validation: (value) => value,
  conditions: (value) => value,
  dns: (value) => value,
  nds: fields({ table: nameTable }),
  lds: mapped(fields({ additionalAddresses: byContent })),
  cds: mapped(cluster),
  eds: mapped(assignment),
  rds: mapped(fields({ virtualHosts: then(mapped(fields({ domains: byText })), byName) })),
}

/** The message with its unordered lists in one order. */
export function ordered(kind: ComparedKind, message: JsonValue): JsonValue {
  return ORDERS[kind](message)
}
