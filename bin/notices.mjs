/** The licences of the packages in a bundle, which ask to be shipped with every copy. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the package that a bundled file belongs to. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/
const LICENCE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i
const HEAD = 'vipctl contains code of the packages below, each under the licence printed with it.\n'
const RULE = '='.repeat(80)
/** What comes after it in an Apache licence explains how to use the licence. */
const END = 'END OF TERMS AND CONDITIONS'
const COPYRIGHT = /^\s*Copyright (?:\(c\)|©|\d)/i

/** The folders of packages with at least one byte in an output. */
function packageFolders({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const files = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : []))
  return [...new Set(files.flatMap((file) => PACKAGE.exec(file) ?? []))].sort()
}

/** Where the source of a package is, which some licences require. */
function sourceOf({ name, version, repository }) {
  const url = typeof repository === 'string' ? repository : repository?.url
  return `Source: ${url?.replace(/^git\+/, '') ?? `https://www.npmjs.com/package/${name}/v/${version}`}`
}

/** The lines of a licence that name the owners, and its terms, with spaces in place of line breaks. */
function partsOf(text) {
  const lines = text.split(/\r?\n/)
  const owners = lines.filter((line) => COPYRIGHT.test(line)).map((line) => line.trim())
  const [terms] = lines
    .filter((line) => !COPYRIGHT.test(line))
    .join(' ')
    .split(END)
  return { owners: owners.join('\n'), terms: terms.replace(/\s+/g, ' ').trim() }
}

/** @param printed the packages whose licences were printed, by the terms; terms that many packages have are printed once */
function noticeOf(folder, printed) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { name, version, license, author } = manifest
  if (typeof license !== 'string') throw new Error(`${name} does not state its licence`)
  const texts = readdirSync(folder)
    .filter((file) => LICENCE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const by = typeof author === 'string' ? author : (author?.name ?? 'its authors')
  const text = texts.length > 0 ? texts.join('\n\n') : `Copyright (c) ${by}. The package has no file with its licence.`
  const { owners, terms } = partsOf(text)
  const same = printed.get(terms)
  if (same === undefined) printed.set(terms, name)
  const shown =
    same === undefined ? text : `${owners}\n\nThe licence has the same terms as that of ${same} above.`.trim()
  return `${RULE}\n${name} ${version} (${license})\n${sourceOf(manifest)}\n\n${shown}\n`
}

/**
 * The text of THIRD_PARTY_NOTICES.
 * @param root the folder that the metafiles' paths start from
 * @param metafiles esbuild's, one per bundle
 * @throws Error if a bundled package does not state its licence
 */
export function noticesOf(root, metafiles) {
  const folders = new Set(metafiles.flatMap(packageFolders))
  const printed = new Map()
  const notices = [...folders].sort().map((folder) => noticeOf(join(root, folder), printed))
  return [HEAD, ...notices].join('\n')
}
