/**
 * Turns the ES modules that esbuild writes into CommonJS. esbuild does not split CommonJS into chunks, and its own
 * conversion of single files reads each imported name through a getter, each time it is used. Here an imported name
 * becomes a constant, which is possible because chunks do not import each other in circles and export only names that
 * are never assigned again.
 */

const IMPORT = /^import\s+(?:([^"';]*?)\s+from\s+)?"([^"]+)";$/gm
const EXPORT = /^export \{([^}]*)\};$/gm
const DEFAULT = /^export default (.*);$/gm
const LATER = /\bimport\(("[^"]+")\)/g

/** The name of a file of esbuild after the conversion; names of packages stay. */
export const commonJsName = (path) => path.replace(/\.js$/, '.cjs')

const namesIn = (list) => list.split(',').flatMap((each) => (each.trim() ? [each.trim().split(' as ')] : []))

function declaration(what, from) {
  const required = `require(${JSON.stringify(commonJsName(from))})`
  if (what === undefined) return `${required};`
  if (what.startsWith('{')) return `const ${what.replaceAll(' as ', ': ')} = ${required};`
  if (what.startsWith('* as ')) return `const ${what.slice('* as '.length)} = ${required};`
  if (!from.startsWith('.')) return `const ${what} = ${required};`
  throw new Error(`cannot convert: import ${what} from ${from}`)
}

/** @param names of the exports, each with the name inside the file */
function exported(names, text) {
  for (const [own] of names) {
    if (new RegExp(`^(?:let|var) ${own.replaceAll('$', '\\$')};$`, 'm').test(text))
      throw new Error(`${own} is exported before it has a value`)
  }
  return `module.exports = { ${names.map(([own, name = own]) => `${name}: ${own}`).join(', ')} };`
}

/** esbuild leaves characters beyond ASCII only in regular expressions and comments. */
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * @param text a file written by esbuild in ES format
 * @returns the same as CommonJS; the names of files end with .cjs. It is ASCII: with a single other character, V8 keeps
 * the whole text with two bytes per character.
 */
export function toCommonJs(text) {
  const converted = text
    .replace(IMPORT, (_, what, from) => declaration(what, from))
    .replace(EXPORT, (_, names) => exported(namesIn(names), text))
    .replace(DEFAULT, (_, value) => `module.exports = { default: ${value} };`)
    .replace(
      LATER,
      (_, path) => `Promise.resolve().then(() => require(${JSON.stringify(commonJsName(JSON.parse(path)))}))`,
    )
    .replace(/[^\0-\x7f]/g, escaped)
    .replaceAll('import.meta.url', 'require("node:url").pathToFileURL(__filename).href')
  const left = /^(?:import|export)\b.*|\bimport\.meta\b.*/m.exec(converted)
  if (left) throw new Error(`cannot convert: ${left[0]}`)
  return converted
}
