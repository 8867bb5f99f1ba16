/** YAML in pieces, one for each item of the upper levels. */
import { Document, isScalar, Scalar, visit } from 'yaml'

/** Levels that are written item by item. */
const STREAMED_LEVELS = 2
const INDENT = '  '

const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u
/** What a double-quoted scalar leaves as it is. */
const STILL_UNSAFE = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * Texts that YAML 1.1 would read as booleans or numbers (`y`, `on`, `010`) are quoted, because Kubernetes does. Texts
 * with control characters are double-quoted and these escaped.
 */
function whole(value: unknown): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false })
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && UNSAFE.test(node.value)) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return document.toString({ lineWidth: 0 }).replace(STILL_UNSAFE, escapeCharacter)
}

const indented = (text: string, indent: string): string => (indent === '' ? text : text.replace(/^(?=.)/gm, indent))

function* pieces(value: unknown, indent: string, levels: number): Iterable<string> {
  if (Array.isArray(value) && value.length > 0) {
    for (const item of value) yield indented(whole([item]), indent)
    return
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    for (const [key, item] of entries) {
      const nested = levels > 1 && typeof item === 'object' && item !== null && Object.keys(item).length > 0
      if (nested) {
        yield indented(
          `${whole({ [key]: null })
            .trimEnd()
            .replace(/ null$/, '')}\n`,
          indent,
        )
        yield* pieces(item, indent + INDENT, levels - 1)
      } else yield indented(whole({ [key]: item }), indent)
    }
    if (entries.length > 0) return
  }
  yield indented(whole(value), indent)
}

/** A value as YAML with a final newline. */
export function* yamlChunks(value: unknown): Iterable<string> {
  yield* pieces(value, '', STREAMED_LEVELS)
}
