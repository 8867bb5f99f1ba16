/**
 * Golden files for more meshes than are practical as files: `fixtures/reference/NAME.json.br`, a brotli-compressed JSON
 * object of file texts by path. `npm run archive -- FOLDER NAME [REGEX]` writes one.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

export type ArchiveName =
  | 'cases'
  | 'gateway-api-cases'
  | 'istioctl'
  | 'policy-cases'
  | 'policy-releases'
  | 'releases'
  | 'traffic'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = join(ROOT, 'fixtures/reference')
const CACHE = join(ROOT, '.cache/reference')

const pathOf = (name: string): string => join(FOLDER, `${name}.json.br`)

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const target = resolve(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }
}

/**
 * The folder with an archive's files, which are unpacked once per version of the archive. Several processes may do this
 * at the same time, so the folder is created by a rename.
 */
export function unpackedArchive(name: ArchiveName): string {
  const packed = readFileSync(pathOf(name))
  const folder = join(CACHE, `${name}-${createHash('sha256').update(packed).digest('hex').slice(0, 12)}`)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.${process.pid}.tmp`
  write(unfinished, JSON.parse(brotliDecompressSync(packed).toString('utf8')))
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    // Another process was faster.
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/**
 * Packs the files of a folder with matching paths, in path order, so that equal folders give equal archives.
 * @returns the number of files, and the archive's size in bytes
 */
export function packArchive(folder: string, name: string, only: RegExp): { files: number; bytes: number } {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => only.test(path))
    .sort()
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
  const text = Buffer.from(JSON.stringify(files))
  const packed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 10,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  })
  writeFileSync(pathOf(name), packed)
  return { files: paths.length, bytes: packed.length }
}
