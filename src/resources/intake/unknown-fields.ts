/**
 * Misspelled fields of the Kubernetes kinds that matter most. Their schemas accept any field because only a few are
 * read; their definitions list the names that exist.
 */

import { nearest } from '../../common/nearest.ts'
import type { KnownFields } from '../../kinds/define.ts'
import type { DecodeIssue } from '../../kinds/schema/index.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import type { RawObject } from './objects.ts'

const NOTHING: readonly DecodeIssue[] = Object.freeze([])

/**
 * The unknown fields of an object.
 * @param known undefined for a kind that is not checked
 */
export function unknownFields(object: RawObject, known: KnownFields | undefined): readonly DecodeIssue[] {
  if (!known) return NOTHING
  const search: Search = { path: [], found: [] }
  check(search, object.value as JsonValue, known, object.kind)
  return search.found
}

interface Search {
  /** The path of the current value. */
  readonly path: PathStep[]
  readonly found: DecodeIssue[]
}

function check(search: Search, value: JsonValue | undefined, names: KnownFields, owner: string): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      search.path.push(index)
      check(search, value[index], names, owner)
      search.path.pop()
    }
  } else if (isMapping(value)) {
    for (const key of Object.keys(value)) {
      search.path.push(key)
      checkField(search, key, value[key], names, owner)
      search.path.pop()
    }
  }
}

function checkField(search: Search, key: string, value: JsonValue | undefined, names: KnownFields, owner: string) {
  const nested = names.get(key)
  if (nested) check(search, value, nested, key)
  else if (!names.has(key)) {
    const close = nearest(key, names.keys())
    search.found.push({
      path: [...search.path],
      message: `${owner} has no field ${JSON.stringify(key.slice(0, 80))}`,
      hint: close ? `did you mean ${close}?` : `its fields are ${[...names.keys()].join(', ')}`,
    })
  }
}
