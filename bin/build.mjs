/** Bundles src/cli.ts to dist/: one small entry, and a chunk for each command that is read when the command runs. */
import { renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')

/** CommonJS packages inside an ES module call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as createRequire$ } from 'node:module';const require = createRequire$(import.meta.url);"

const unfinished = `${DIST}.${process.pid}.tmp`

try {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/cli.ts'],
    outdir: unfinished,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    chunkNames: '[name]-[hash]',
    banner: { js: REQUIRE },
    logLevel: 'warning',
  })
  // Whoever runs vipctl meanwhile finds the old files or the new ones, and nothing half written.
  rmSync(DIST, { recursive: true, force: true })
  renameSync(unfinished, DIST)
} finally {
  rmSync(unfinished, { recursive: true, force: true })
}
