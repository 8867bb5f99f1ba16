/** Where a message of Envoy differs from what was computed. */
import type { JsonValue } from '../sources/document.ts'
import { isMapping, type JsonMapping } from '../sources/mapping.ts'
import { align } from './align.ts'
import { sameMessage } from './same.ts'

/** One place at which a resource differs. A side on which nothing stands there is undefined. */
export interface MessageDifference {
  /** `filterChains[0].filters[envoy.filters.network.tcp_proxy].typedConfig.cluster`; '' for the whole resource. */
  readonly path: string
  readonly computed: JsonValue | undefined
  readonly actual: JsonValue | undefined
}

type Item = JsonValue | undefined

const fieldPath = (path: string, field: string): string => (path === '' ? field : `${path}.${field}`)

function* ofFields(expected: JsonMapping, actual: JsonMapping, path: string): Iterable<MessageDifference> {
  for (const field of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const [was, is] = [expected, actual].map((side) => (Object.hasOwn(side, field) ? side[field] : undefined))
    yield* messageDifferences(was, is, fieldPath(path, field), field)
  }
}

function* ofItems(
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
  path: string,
  field: string,
): Iterable<MessageDifference> {
  const { pairs, order } = align(expected, actual, field)
  if (order) yield { path: `${path}[] (order)`, computed: [...order.expected], actual: [...order.actual] }
  for (const pair of pairs) yield* messageDifferences(pair.expected, pair.actual, `${path}[${pair.step}]`, field)
}

/**
 * The innermost places at which two messages differ, in the order of `expected`, then what only `actual` has.
 * @param expected as istiod writes it
 * @param actual with the same field names, and its unordered lists in the same order
 * @param field that has these values
 */
export function* messageDifferences(expected: Item, actual: Item, path = '', field = ''): Iterable<MessageDifference> {
  if (sameMessage(expected, actual, field)) return
  if (isMapping(expected) && isMapping(actual)) yield* ofFields(expected, actual, path)
  else if (Array.isArray(expected) && Array.isArray(actual)) yield* ofItems(expected, actual, path, field)
  else yield { path, computed: expected, actual }
}
