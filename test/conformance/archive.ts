/**
 * Packs a folder of golden files of the reference into fixtures/reference.
 *
 * usage: npm run archive -- FOLDER NAME [REGEX]
 *
 * NAME is one of the archives that fixtures/reference/README.md lists, such as cases or traffic; only paths that match REGEX are packed.
 */
import { packArchive } from './archives.ts'

const [folder, name, only = '.'] = process.argv.slice(2)
if (folder === undefined || name === undefined) {
  console.error('usage: npm run archive -- FOLDER NAME [REGEX]')
  process.exitCode = 2
} else {
  const { files, bytes } = packArchive(folder, name, new RegExp(only))
  console.log(`fixtures/reference/${name}.json.br: ${files} files, ${bytes} bytes`)
}
