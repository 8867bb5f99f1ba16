/** JSON in pieces: a mesh's clusters together are more than one string should hold. */

const INDENT = '  '
/** Levels that are written item by item; what is below is one string each. */
const STREAMED_LEVELS = 2

/** What JSON leaves as it is and a terminal may act on. Such characters only stand inside strings. */
const UNSAFE = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

function whole(value: unknown, indent: string): string {
  const text = JSON.stringify(value, undefined, INDENT).replace(UNSAFE, escapeCharacter)
  return indent === '' ? text : text.replaceAll('\n', `\n${indent}`)
}

function* listPieces(list: readonly unknown[], indent: string, levels: number): Iterable<string> {
  const inner = indent + INDENT
  for (const [index, item] of list.entries()) {
    yield index === 0 ? `[\n${inner}` : `,\n${inner}`
    yield* pieces(item, inner, levels - 1)
  }
  yield `\n${indent}]`
}

function* mappingPieces(entries: readonly [string, unknown][], indent: string, levels: number): Iterable<string> {
  const inner = indent + INDENT
  for (const [index, [key, item]] of entries.entries()) {
    yield `${index === 0 ? '{' : ','}\n${inner}${whole(key, '')}: `
    yield* pieces(item, inner, levels - 1)
  }
  yield `\n${indent}}`
}

function* pieces(value: unknown, indent: string, levels: number): Iterable<string> {
  if (levels > 0 && Array.isArray(value) && value.length > 0) {
    yield* listPieces(value, indent, levels)
    return
  }
  if (levels > 0 && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    if (entries.length > 0) {
      yield* mappingPieces(entries, indent, levels)
      return
    }
  }
  yield whole(value, indent)
}

/**
 * A value as indented JSON with a final newline.
 * @param levels that are written item by item, where large lists are deeper inside than usual
 */
export function* jsonChunks(value: unknown, levels: number = STREAMED_LEVELS): Iterable<string> {
  yield* pieces(value, '', levels)
  yield '\n'
}
