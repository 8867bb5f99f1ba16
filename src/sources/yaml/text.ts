/** Values to YAML that Kubernetes, which reads YAML 1.1, reads back unchanged, and that terminals can show. */
import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarLayout } from 'js-yaml/browser'

/** Characters that may control a terminal. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u
/** Those that js-yaml does not escape inside double quotes. */
const STILL_UNSAFE = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * Only double quotes have escapes. A text of several lines may be a block when it has nothing else unsafe and no empty
 * lines at its end, which would need a document end marker.
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
  // Omits fields that are undefined.
  skipInvalid: true,
  scalarStyleRules: [doubleQuoteUnsafe, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)],
} as const

export interface YamlStyle {
  /** kubectl's style: keys sorted, lists not indented. */
  readonly kubectl?: boolean
}

/**
 * A value as YAML with a final newline. Strings that YAML 1.1 would read as another type (`y`, `on`, `010`) are quoted.
 * @param value JSON data; fields may be undefined
 */
export function yamlText(value: unknown, { kubectl = false }: YamlStyle = {}): string {
  const text = dump(value, { ...OPTIONS, sortKeys: kubectl, seqNoIndent: kubectl })
  return STILL_UNSAFE.test(text) ? text.replace(STILL_UNSAFE, escapeCharacter) : text
}
