/**
 * Bundles src/cli.ts to dist/: one small entry, and chunks that are read when a command needs them. What every start, most
 * commands, or all parts of one command have in common is one chunk each: esbuild alone cuts them by who uses what into
 * dozens, each of which costs a start of Node most of a millisecond. Which files these are is counted, not listed.
 */
import { readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')
const ENTRY = 'src/cli.ts'
/** Stands for a module that imports what most commands have in common. */
const COMMON = 'common'

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

const importedLater = (file, inputs) =>
  inputs[file].imports.filter(({ kind, path }) => kind === 'dynamic-import' && path in inputs).map(({ path }) => path)

/** The files that are imported later, each with what it is read with, and with the files of which one was read before. */
function partsOf(inputs) {
  const start = readWith(ENTRY, inputs)
  const parts = new Map([[ENTRY, { files: start, after: new Set() }]])
  for (const [root, { files }] of parts) {
    for (const later of [...files].filter((file) => file in inputs).flatMap((file) => importedLater(file, inputs))) {
      if (!later.startsWith('src/')) continue
      const part = parts.get(later) ?? { files: readWith(later, inputs), after: new Set() }
      part.after.add(root)
      parts.set(later, part)
    }
  }
  return parts
}

/** What most commands read, without what every start reads. */
function commonFiles(parts) {
  const { files: start } = parts.get(ENTRY)
  const commands = [...parts.values()].filter(({ after }) => after.has(ENTRY))
  const counts = new Map()
  for (const { files } of commands) for (const file of files) counts.set(file, (counts.get(file) ?? 0) + 1)
  return [...counts].filter(([file, count]) => count > commands.length / 2 && !start.has(file)).map(([file]) => file)
}

const overlap = (files, others) => [...others].some((file) => files.has(file))

/**
 * What is imported first by the files that are imported later, so that all of it is used by the same files and becomes
 * one chunk: what every start reads, what most commands read, and the command that alone imports them, as far as they
 * need something of these. All of it has been read by then.
 */
async function importedFirst(outdir) {
  const { metafile } = await build({ ...options, outdir, metafile: true, write: false })
  const parts = partsOf(metafile.inputs)
  const common = commonFiles(parts)
  const first = new Map()
  for (const [root, { files, after }] of parts) {
    if (root === ENTRY) continue
    const [before, another] = after
    const command = another === undefined && before !== ENTRY ? before : undefined
    const own = command && [...parts.get(command).files].filter((file) => !common.includes(file))
    first.set(root, [
      ...(overlap(files, parts.get(ENTRY).files) ? [ENTRY] : []),
      ...(!common.includes(root) && overlap(files, common) ? [COMMON] : []),
      ...(own && overlap(files, own) ? [command] : []),
    ])
  }
  return { first, common }
}

const importing = (paths) => paths.map((path) => `import ${JSON.stringify(path)}\n`).join('')

const importFirst = ({ first, common }) => ({
  name: 'import-first',
  setup({ onLoad, onResolve }) {
    const absolute = (file) => (file === COMMON ? COMMON : join(ROOT, file))
    onResolve({ filter: new RegExp(`^${COMMON}$`) }, ({ path }) => ({ path, namespace: COMMON, sideEffects: true }))
    onLoad({ filter: /./, namespace: COMMON }, () => ({
      contents: importing(common.map(absolute)),
      resolveDir: ROOT,
    }))
    onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      const files = first.get(path.slice(ROOT.length + 1).replaceAll('\\', '/')) ?? []
      if (files.length === 0) return undefined
      return { contents: importing(files.map(absolute)) + readFileSync(path, 'utf8'), loader: 'ts' }
    })
  },
})

const unfinished = `${DIST}.${process.pid}.tmp`

try {
  const plan = await importedFirst(unfinished)
  await build({ ...options, outdir: unfinished, plugins: [importFirst(plan)] })
  // Whoever runs vipctl meanwhile finds the old files or the new ones, and nothing half written.
  rmSync(DIST, { recursive: true, force: true })
  renameSync(unfinished, DIST)
} finally {
  rmSync(unfinished, { recursive: true, force: true })
}
