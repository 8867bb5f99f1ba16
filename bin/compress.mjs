/** Makes the package smaller, at the cost of a few milliseconds for commands that few people run. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

/** Bytes from which on a chunk that common commands do not load is compressed. */
const LARGE = 50_000

/**
 * Compresses large chunks that few runs need; src/scripts.ts reads them. Without compiled code, nothing tells which are
 * needed, and none is compressed.
 * @param outdir the folder of the built files
 */
export function compressRare(outdir) {
  const folders = readdirSync(outdir).includes('compiled') ? readdirSync(join(outdir, 'compiled')) : []
  const common = new Set(folders.flatMap((folder) => readdirSync(join(outdir, 'compiled', folder))))
  if (common.size === 0) return
  for (const file of readdirSync(outdir).filter((name) => name.endsWith('.cjs') && !common.has(`${name}.code`))) {
    const path = join(outdir, file)
    if (statSync(path).size < LARGE) continue
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    )
    rmSync(path)
  }
}
