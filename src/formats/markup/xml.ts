/** Text of XML documents. */
import { breakCommands } from '../../common/ci-commands.ts'
import { clean } from '../clean.ts'

/** Characters that XML 1.0 cannot represent, apart from those that `clean` makes visible. */
const ILLEGAL = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

/** A text that is safe between tags and in attributes. */
export function xml(text: string): string {
  const escaped = clean(text)
    .replace(ILLEGAL, '\ufffd')
    .replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? character)
  return breakCommands(escaped, { colon: '&#58;', hash: '&#35;' })
}
