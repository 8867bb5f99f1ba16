/**
 * Bundles src/cli.ts to dist/: one small entry, and chunks that are read when a command needs them. What most commands
 * have in common is one chunk: esbuild alone cuts it by who uses what into two dozen, each of which costs a start of
 * Node most of a millisecond.
 */
import { readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')
const ENTRY = 'src/cli.ts'
/** With all that it imports, what is read together. */
const COMMON = 'src/input/proxy.ts'
/** The same for what is read once lint runs: what only lint needs is its chunk. */
const LINT = 'src/commands/lint/run.ts'
const LINT_FOLDERS = /^src\/(?:commands|answers)\/lint\//

/** CommonJS packages inside an ES module call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as createRequire$ } from 'node:module';const require = createRequire$(import.meta.url);"

const options = {
  absWorkingDir: ROOT,
  entryPoints: [ENTRY],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  chunkNames: '[name]-[hash]',
  banner: { js: REQUIRE },
  logLevel: 'warning',
}

/** The files that are read with a file, itself included; not what it imports later. */
function readWith(file, inputs, found = new Set()) {
  if (found.has(file)) return found
  found.add(file)
  for (const { path, kind } of inputs[file]?.imports ?? []) if (kind !== 'dynamic-import') readWith(path, inputs, found)
  return found
}

/** The files that are imported later and need something of what is common: when they are read, it has been read. */
async function usersOfCommon(outdir) {
  const { metafile } = await build({ ...options, outdir, metafile: true, write: false })
  const { inputs } = metafile
  const atStart = readWith(ENTRY, inputs)
  const common = readWith(COMMON, inputs)
  const later = Object.values(inputs).flatMap(({ imports }) =>
    imports.filter(({ kind, path }) => kind === 'dynamic-import' && path in inputs).map(({ path }) => path),
  )
  const uses = (file) => [...readWith(file, inputs)].some((each) => common.has(each) && !atStart.has(each))
  return new Set(later.filter((file) => file.startsWith('src/') && !common.has(file) && uses(file)))
}

/** Makes files import all that is common, so that all of it is used by the same files and becomes one chunk. */
const importCommon = (files) => ({
  name: 'import-common',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      const file = path.slice(ROOT.length + 1).replaceAll('\\', '/')
      if (!files.has(file)) return undefined
      const first = LINT_FOLDERS.test(file) && file !== LINT ? LINT : COMMON
      return { contents: `import ${JSON.stringify(join(ROOT, first))}\n${readFileSync(path, 'utf8')}`, loader: 'ts' }
    })
  },
})

const unfinished = `${DIST}.${process.pid}.tmp`

try {
  const files = await usersOfCommon(unfinished)
  await build({ ...options, outdir: unfinished, plugins: [importCommon(files)] })
  // Whoever runs vipctl meanwhile finds the old files or the new ones, and nothing half written.
  rmSync(DIST, { recursive: true, force: true })
  renameSync(unfinished, DIST)
} finally {
  rmSync(unfinished, { recursive: true, force: true })
}
