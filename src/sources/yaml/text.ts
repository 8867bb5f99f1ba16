/** Values to YAML, so that Kubernetes, which reads YAML 1.1, and terminals get what is meant. */
import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarLayout } from 'js-yaml/browser'

/** What a terminal may act on. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u
/** What js-yaml leaves as it is inside of double quotes. */
const STILL_UNSAFE = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * Only double quotes have escapes. A text of several lines may stand as a block when nothing else is in it, and when no
 * empty lines are at its end: these would need a mark for the end of the document.
 */
function doubleQuoteUnsafe(layout: ScalarLayout): void {
  const { value } = layout.node
  const unsafe = value.includes('\n')
    ? /^\n|\n\n$/.test(value) || UNSAFE.test(value.replaceAll('\n', ''))
    : UNSAFE.test(value)
  if (unsafe) layout.style = SCALAR_STYLE.DOUBLE_QUOTED
}

const OPTIONS = {
  lineWidth: -1,
  noRefs: true,
  quoteStyle: 'double',
  // Fields that are undefined are not there.
  skipInvalid: true,
  scalarStyleRules: [doubleQuoteUnsafe, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)],
} as const

export interface YamlStyle {
  /** As kubectl prints objects: keys sorted, lists not indented. */
  readonly kubectl?: boolean
}

/**
 * A value as YAML with a final newline. Texts that YAML 1.1 would read as something else (`y`, `on`, `010`) are quoted.
 * @param value JSON data; fields may be undefined
 */
export function yamlText(value: unknown, { kubectl = false }: YamlStyle = {}): string {
  const text = dump(value, { ...OPTIONS, sortKeys: kubectl, seqNoIndent: kubectl })
  return STILL_UNSAFE.test(text) ? text.replace(STILL_UNSAFE, escapeCharacter) : text
}
