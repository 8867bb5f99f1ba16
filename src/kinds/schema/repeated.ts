/** Values that repeat from object to object, such as the ports of services. */
import { oncePerRepeated } from '../../common/once.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import { DecodeContext, type Type } from './type.ts'

/** Longer lists seldom repeat. */
const MOST_ITEMS = 16

/** Longer texts are not kept. */
const MOST_TEXT = 512

/** Strings, booleans and numbers that JSON has a form for. */
const isPlain = (value: JsonValue): boolean =>
  typeof value === 'string' ? value.length < MOST_TEXT : typeof value === 'boolean' || Number.isFinite(value)

/** A text that is equal for equal lists of mappings with scalar values; undefined for anything else. */
function textOf(value: JsonValue): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_ITEMS) return undefined
  for (const item of value) {
    if (!isMapping(item)) return undefined
    for (const key of Object.keys(item)) if (!isPlain(item[key] as JsonValue)) return undefined
  }
  const text = JSON.stringify(value)
  return text.length <= MOST_TEXT ? text : undefined
}

/**
 * The same lists, but equal ones are one value: most objects of a mesh have one of a few lists of ports. It also saves
 * decoding them.
 */
export function repeated<T>(type: Type<readonly T[]>): Type<readonly T[]> {
  const decodeText = oncePerRepeated((text: string) => {
    const context = new DecodeContext()
    // From a text of their own: strings of a value may be parts of a file's text, which would be kept with them.
    const decoded = type.decode(JSON.parse(text), context)
    return context.isUnused ? decoded : undefined
  })
  return {
    ...type,
    decode(value, context) {
      const text = textOf(value)
      return (text === undefined ? undefined : decodeText(text)) ?? type.decode(value, context)
    },
  }
}
