/** Values to YAML that Kubernetes, which reads YAML 1.1, reads back unchanged, and that terminals and CI systems can show. */
import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarLayout } from 'js-yaml/browser'
import { breakBracketCommands, hasCommand } from '../../common/ci-commands.ts'
import { HIDDEN } from '../../common/hidden.ts'
import { once } from '../../common/once.ts'

/** Most texts are this; the test is several times as fast. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
/** Line breaks are between lines. */
const unsafe = once(() => new RegExp(`(?!\\n)[${HIDDEN}]`, 'u'))
const allUnsafe = once(() => new RegExp(unsafe(), 'gu'))

/** Those that js-yaml does not escape inside double quotes. */
function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) as number
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/**
 * Only double quotes have escapes. A text of several lines may be a block when it has nothing unsafe and no empty lines
 * at its end, which would need a document end marker.
 */
function doubleQuoteUnsafe(layout: ScalarLayout): void {
  const { value } = layout.node
  const isPlain = PRINTABLE_ASCII.test(value) || !(unsafe().test(value) || /^\n|\n\n$/.test(value))
  if (!isPlain || hasCommand(value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED
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
  const shown = unsafe().test(text) ? text.replace(allUnsafe(), escapeCharacter) : text
  return breakBracketCommands(shown, '\\x23')
}
