/**
 * Bundles src/cli.ts to dist/: a small entry, and chunks that are loaded when a command needs them. The files shared by
 * every start, by most commands, or by all parts of one command form one chunk each. By itself esbuild splits them into
 * dozens of chunks, and each costs a start of Node most of a millisecond. Which files go into a chunk is computed, not
 * listed. Node has no cache of compiled code for ES modules before version 22, so the chunks become CommonJS, and what
 * common commands need of them is compiled ahead. dist/start.cjs, from src/start.ts, loads both.
 *
 * Bundles src/library/ for other programs: dist/library.js for Node, dist/library-browser.js for browsers, and what both
 * share. dist/types/ has their declarations. dist/THIRD_PARTY_NOTICES.txt has the licences of the packages in all of these.
 *
 * usage: node bin/build.mjs [--readable] [--out FOLDER]. With --readable, names and lines stay as in the sources, for a
 * debugger and for the stack of an internal error.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, transform } from 'esbuild'
import { commonJsName, toCommonJs } from './commonjs.mjs'
import { compressRare } from './compress.mjs'
import { libraryTypes } from './library-types.mjs'
import { inkWithoutWaiting, kubeConfigWithoutClients, tablesWithoutColors } from './lighter.mjs'
import { noticesOf } from './notices.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const { values: flags } = parseArgs({ options: { readable: { type: 'boolean' }, out: { type: 'string' } } })
const DIST = flags.out === undefined ? join(ROOT, 'dist') : resolve(flags.out)
if (!existsSync(join(DIST, '..', 'package.json'))) {
  console.error(
    `build.mjs: --out ${flags.out}: the folder above it has no package.json, in which the program finds its version`,
  )
  process.exit(2)
}
/** What starts the program: in dist/, and in a single executable. */
const STARTS = { start: 'src/start.ts', executable: 'src/start-executable.ts' }
const ENTRY = 'src/cli.ts'
/** The library in Node, and in browsers. */
const LIBRARY = { library: 'src/library/node/main.ts', 'library-browser': 'src/library/browser.ts' }
/** A placeholder for a module that imports the files shared by most commands. */
const COMMON = 'common'

const TYPES_FILE = 'envoy-types.json'
const TYPES_SOURCE = join(ROOT, 'src', 'kinds', 'protobuf', TYPES_FILE)
const TYPES_IN_DIST = './envoy-types.js'

const bundle = { absWorkingDir: ROOT, bundle: true, logLevel: 'warning', legalComments: 'none' }
const bundleForNode = { ...bundle, platform: 'node', target: 'node20' }

const options = {
  ...bundleForNode,
  // React has a slower build for development, which also prints warnings.
  define: {
    'process.env.NODE_ENV': '"production"',
    // ws would look for packages that are not in the bundle, and a single executable warns about that on stderr.
    'process.env.WS_NO_BUFFER_UTIL': '"1"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
  },
  entryPoints: [ENTRY],
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  chunkNames: '[name]-[hash]',
  // Lines stay as the conversion to CommonJS expects them.
  minifyIdentifiers: !flags.readable,
  minifySyntax: !flags.readable,
}

const startOptions = {
  ...bundleForNode,
  entryPoints: STARTS,
  minify: !flags.readable,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
}

const libraryOptions = {
  ...bundle,
  entryPoints: LIBRARY,
  splitting: true,
  chunkNames: 'library-[hash]',
  format: 'esm',
  platform: 'neutral',
  external: ['node:*'],
  target: 'es2022',
  mainFields: ['module', 'main'],
  minify: !flags.readable,
}

const REEXPORT = /export (?:type )?\{([^}]*)\} from '(\..*)'/g
const INDEX_IMPORT = /import \{([^}]*)\} from '(\..*\/index\.ts)'/g

const namesIn = (list) => list.split(',').flatMap((name) => name.trim() || [])

/** The file that defines a name; index files only re-export. */
function originOf(name, file) {
  for (const [, names, from] of readFileSync(file, 'utf8').matchAll(REEXPORT)) {
    if (namesIn(names).some((each) => each.replace('type ', '') === name))
      return originOf(name, join(dirname(file), from))
  }
  return file
}

/**
 * Makes a file import names from the files that define them. To esbuild, importing an index file needs everything that
 * the index exports, so every start would load the whole core, which commands import through src/index.ts.
 */
function pastIndexes(text, path) {
  return text.replace(INDEX_IMPORT, (_, names, from) => {
    const index = join(dirname(path), from)
    const values = namesIn(names).filter((name) => !name.startsWith('type '))
    return values.map((name) => `import { ${name} } from ${JSON.stringify(originOf(name, index))}`).join('; ')
  })
}

/** The files that are loaded with a file, including itself but not its dynamic imports. */
function readWith(file, inputs, found = new Set()) {
  if (found.has(file)) return found
  found.add(file)
  for (const { path, kind } of inputs[file]?.imports ?? []) {
    if (kind !== 'dynamic-import' && path !== TYPES_IN_DIST) readWith(path, inputs, found)
  }
  return found
}

const importedLater = (file, inputs) =>
  inputs[file].imports.filter(({ kind, path }) => kind === 'dynamic-import' && path in inputs).map(({ path }) => path)

/** The dynamically imported files, each with the files loaded with it, and those of which one was loaded before. */
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

/** What most commands load, without what every start loads. */
function commonFiles(parts) {
  const { files: start } = parts.get(ENTRY)
  const commands = [...parts.values()].filter(({ after }) => after.has(ENTRY))
  const counts = new Map()
  for (const { files } of commands) for (const file of files) counts.set(file, (counts.get(file) ?? 0) + 1)
  const isCommon = ([file, count]) => count > commands.length / 2 && !start.has(file) && !file.startsWith('node:')
  return [...counts].filter(isCommon).map(([file]) => file)
}

const overlap = (files, others) => [...others].some((file) => files.has(file))

/**
 * The imports to put first in dynamically imported files, so that the same files use all of them and they become one
 * chunk: what every start loads, what most commands load, and the only command that imports the file, if it needs some
 * of these. All of them are already loaded at that point.
 */
async function importedFirst(outdir) {
  const { metafile } = await build({
    ...options,
    outdir,
    plugins: [...plugins, importFirst()],
    metafile: true,
    write: false,
  })
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

/** Modules of Node that take milliseconds to load. */
const SLOW_MODULES = ['node:child_process', 'node:crypto', 'node:fs/promises', 'node:timers/promises']

/** Loads slow modules of Node when a name of theirs is used, not when a file that imports it is loaded. */
const slowModulesLater = {
  name: 'slow-modules-later',
  setup({ onLoad, onResolve }) {
    const namespace = 'later'
    onResolve({ filter: /^node:/ }, ({ path, namespace: importer }) =>
      SLOW_MODULES.includes(path) && importer !== namespace ? { path, namespace } : undefined,
    )
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = { ${Object.keys(process.getBuiltinModule(path))
        .map((name) => `get ${name}() { return require(${JSON.stringify(path)}).${name} }`)
        .join(', ')} }`,
    }))
  },
}

/**
 * Reads the table of Envoy's message types when it is first used, which is when the input has an EnvoyFilter.
 * @param read an expression for the table
 * @param head what comes before it
 */
const typesLater = (read, head = '') => ({
  name: 'types-later',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: new RegExp(`/${TYPES_FILE}$`) }, () => ({ path: TYPES_SOURCE, sideEffects: true }))
    onResolve({ filter: new RegExp(`^${TYPES_IN_DIST}$`) }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: new RegExp(`/protobuf/${TYPES_FILE}$`) }, () => ({
      contents: `${head}let table
const read = () => (table ??= ${read})
module.exports = { get messages() { return read().messages }, get enums() { return read().enums } }`,
    }))
  },
})

/** The table is in one file for the program and the library: an ES module that exports its JSON as a string. */
const TYPES_HEAD = 'export default '
const typesModule = () =>
  `${TYPES_HEAD}${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(TYPES_SOURCE, 'utf8'))))}\n`

const typesInProgram = typesLater(`JSON.parse(require('${TYPES_IN_DIST}').default)`)

const typesInLibrary = typesLater('JSON.parse(json)', `import json from '${TYPES_IN_DIST}'\n`)

const importFirst = ({ first, common } = { first: new Map(), common: [] }) => ({
  name: 'import-first',
  setup({ onLoad, onResolve }) {
    const absolute = (file) => (file === COMMON ? COMMON : join(ROOT, file))
    onResolve({ filter: new RegExp(`^${COMMON}$`) }, ({ path }) => ({ path, namespace: COMMON, sideEffects: true }))
    onLoad({ filter: /./, namespace: COMMON }, () => ({
      contents: importing(common.map(absolute)),
      resolveDir: ROOT,
    }))
    // package.json tells other programs that imports have no side effects. Here files are imported in order to load
    // them.
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) => ({ path: resolve(resolveDir, path), sideEffects: true }))
    onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      const files = first.get(path.slice(ROOT.length + 1).replaceAll('\\', '/')) ?? []
      const text = pastIndexes(readFileSync(path, 'utf8'), path)
      return { contents: importing(files.map(absolute)) + text, loader: 'ts' }
    })
  },
})

const plugins = [
  slowModulesLater,
  inkWithoutWaiting(ROOT),
  kubeConfigWithoutClients,
  tablesWithoutColors,
  typesInProgram,
]

/** Minified after the conversion, which reads esbuild's lines. */
async function minified(text) {
  if (flags.readable) return text
  const { code } = await transform(text, { minify: true, format: 'cjs', target: 'node20', legalComments: 'none' })
  return code
}

/** Writes the program as CommonJS. */
async function buildProgram(outdir) {
  const plan = await importedFirst(outdir)
  const program = await build({
    ...options,
    outdir,
    plugins: [...plugins, importFirst(plan)],
    metafile: true,
    write: false,
  })
  for (const { path, text } of program.outputFiles) {
    writeFileSync(join(outdir, commonJsName(basename(path))), await minified(toCommonJs(text)))
  }
  await build({ ...startOptions, outdir })
  writeFileSync(join(outdir, TYPES_IN_DIST), typesModule())
  return program.metafile
}

/** Writes the library and its declarations. */
async function buildLibrary(outdir) {
  const { metafile } = await build({ ...libraryOptions, plugins: [typesInLibrary], outdir, metafile: true })
  const entries = Object.entries(LIBRARY).map(([name, path]) => [name, join(ROOT, path)])
  mkdirSync(join(outdir, 'types'))
  for (const [name, text] of libraryTypes(Object.fromEntries(entries))) writeFileSync(join(outdir, 'types', name), text)
  return metafile
}

/** A build without compiled code is whole: every start compiles then. */
function compileAhead(outdir) {
  spawnSync(process.execPath, [join(ROOT, 'bin', 'compile-ahead.cjs'), outdir], { stdio: ['ignore', 2, 2] })
}

const unfinished = `${DIST}.${process.pid}.tmp`

try {
  mkdirSync(unfinished, { recursive: true })
  const program = await buildProgram(unfinished)
  const library = await buildLibrary(unfinished)
  const notices = noticesOf(ROOT, [program, library])
  writeFileSync(join(unfinished, 'THIRD_PARTY_NOTICES.txt'), notices)
  compileAhead(unfinished)
  if (!flags.readable) compressRare(unfinished)
  // What other scripts build, whose time of change says whether it is outdated.
  for (const part of ['playground', 'man']) {
    if (existsSync(join(DIST, part))) renameSync(join(DIST, part), join(unfinished, part))
  }
  // Programs that run vipctl meanwhile find the old files or the new ones, never half-written ones.
  rmSync(DIST, { recursive: true, force: true })
  renameSync(unfinished, DIST)
} finally {
  rmSync(unfinished, { recursive: true, force: true })
}
