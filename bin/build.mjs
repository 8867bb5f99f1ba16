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

/** What is read before a file that is imported later, and has something in common with it. */
async function readBefore(outdir) {
  const { metafile } = await build({ ...options, outdir, metafile: true, write: false })
  const { inputs } = metafile
  const atStart = readWith(ENTRY, inputs)
  const common = readWith(COMMON, inputs)
  const later = Object.values(inputs).flatMap(({ imports }) =>
    imports.filter(({ kind, path }) => kind === 'dynamic-import' && path in inputs).map(({ path }) => path),
  )
  const before = new Map()
  for (const file of new Set(later)) {
    if (!file.startsWith('src/')) continue
    const read = [...readWith(file, inputs)]
    const needsStart = read.some((each) => atStart.has(each))
    const needsCommon = !common.has(file) && read.some((each) => common.has(each) && !atStart.has(each))
    const first = LINT_FOLDERS.test(file) && file !== LINT ? LINT : COMMON
    before.set(file, [...(needsStart ? [ENTRY] : []), ...(needsCommon ? [first] : [])])
  }
  return before
}

/** Makes files import all that is read before them, so that all of it is used by the same files and becomes one chunk. */
const importWhole = (before) => ({
  name: 'import-whole',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      const first = before.get(path.slice(ROOT.length + 1).replaceAll('\\', '/')) ?? []
      if (first.length === 0) return undefined
      const imports = first.map((file) => `import ${JSON.stringify(join(ROOT, file))}\n`).join('')
      return { contents: imports + readFileSync(path, 'utf8'), loader: 'ts' }
    })
  },
})

const unfinished = `${DIST}.${process.pid}.tmp`

try {
  const before = await readBefore(unfinished)
  await build({ ...options, outdir: unfinished, plugins: [importWhole(before)] })
  // Whoever runs vipctl meanwhile finds the old files or the new ones, and nothing half written.
  rmSync(DIST, { recursive: true, force: true })
  renameSync(unfinished, DIST)
} finally {
  rmSync(unfinished, { recursive: true, force: true })
}
