/**
 * Bundles src/cli.ts to dist/: a small entry, and chunks that are loaded when a command needs them. The files shared by
 * every start, by most commands, or by all parts of one command form one chunk each. By itself esbuild splits them into
 * dozens of chunks, and each costs a start of Node most of a millisecond. Which files go into a chunk is computed, not
 * listed. Node has no cache of compiled code for ES modules before version 22, so the chunks become CommonJS, and what
 * common commands need of them is compiled ahead. dist/start.cjs, from src/start.ts, loads both.
 *
 * Bundles src/index.ts to dist/library.js for other programs, in Node and in browsers. dist/THIRD_PARTY_NOTICES.txt has
 * the licences of the packages in both.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { commonJsName, toCommonJs } from './commonjs.mjs'
import { noticesOf } from './notices.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')
const START = 'src/start.ts'
const ENTRY = 'src/cli.ts'
const LIBRARY = 'src/index.ts'
/** A placeholder for a module that imports the files shared by most commands. */
const COMMON = 'common'

const TYPES_FILE = 'envoy-types.json'
const TYPES_SOURCE = join(ROOT, 'src', 'kinds', 'protobuf', TYPES_FILE)
const TYPES_IN_DIST = './envoy-types.cjs'

const bundle = { absWorkingDir: ROOT, bundle: true, logLevel: 'warning' }
const bundleForNode = { ...bundle, platform: 'node', target: 'node20' }

const options = {
  ...bundleForNode,
  // React has a slower build for development, which also prints warnings.
  define: { 'process.env.NODE_ENV': '"production"' },
  entryPoints: [ENTRY],
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  chunkNames: '[name]-[hash]',
}

const startOptions = {
  ...bundleForNode,
  entryPoints: [START],
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
}

const libraryOptions = {
  ...bundle,
  entryPoints: { library: LIBRARY },
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  mainFields: ['module', 'main'],
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
    plugins: [slowModulesLater, inkWithoutWaiting, typesInFile, importFirst()],
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

/** ink waits while it is loaded, for WebAssembly and for developer tools, which files of the program cannot do. */
const inkWithoutWaiting = {
  name: 'ink-without-waiting',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^yoga-layout$/ }, () => ({ path: join(ROOT, 'src/ui/screen/yoga.ts'), sideEffects: true }))
    onLoad({ filter: /node_modules\/ink\/build\/reconciler\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const contents = text
        .replace(/^if \(isDev\(\)\) \{\n.*?^\}\n/ms, '')
        .replace(/\bisDev\(\)\s*\? await/, 'false ? ')
      if (contents.includes('isDev()')) throw new Error(`${path} has no developer tools to leave out`)
      return { contents, loader: 'js' }
    })
  },
}

/**
 * Reads the table of Envoy's message types when it is first used, which is when the input has an EnvoyFilter.
 * @param read an expression for the table
 */
const typesLater = (read) => ({
  name: 'types-later',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: new RegExp(`/${TYPES_FILE}$`) }, () => ({ path: TYPES_SOURCE, sideEffects: true }))
    onResolve({ filter: new RegExp(`^${TYPES_IN_DIST}$`) }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: new RegExp(`/protobuf/${TYPES_FILE}$`) }, () => ({
      contents: `let table
const read = () => (table ??= ${read})
module.exports = { get messages() { return read().messages }, get enums() { return read().enums } }`,
    }))
  },
})

/** The program has the table in a file of its own. */
const typesInFile = typesLater(`require('${TYPES_IN_DIST}')`)

/** An expression for the table; V8 reads JSON in a string faster than an object. */
const typesParsed = () =>
  `JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(TYPES_SOURCE, 'utf8'))))})`

/** The library is one file, and has the table as text. */
const typesInside = () => typesLater(typesParsed())

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

/** Writes the program as CommonJS. */
async function buildProgram(outdir) {
  const plan = await importedFirst(outdir)
  const program = await build({
    ...options,
    outdir,
    plugins: [slowModulesLater, inkWithoutWaiting, typesInFile, importFirst(plan)],
    metafile: true,
    write: false,
  })
  for (const { path, text } of program.outputFiles) {
    writeFileSync(join(outdir, commonJsName(basename(path))), toCommonJs(text))
  }
  await build({ ...startOptions, outdir })
  writeFileSync(join(outdir, TYPES_IN_DIST), `module.exports = ${typesParsed()}\n`)
  return program.metafile
}

/** A build without compiled code is whole: every start compiles then. */
function compileAhead(outdir) {
  spawnSync(process.execPath, [join(ROOT, 'bin', 'compile-ahead.cjs'), outdir], { stdio: ['ignore', 2, 2] })
}

const unfinished = `${DIST}.${process.pid}.tmp`

try {
  mkdirSync(unfinished, { recursive: true })
  const program = await buildProgram(unfinished)
  const library = await build({ ...libraryOptions, plugins: [typesInside()], outdir: unfinished, metafile: true })
  const notices = noticesOf(ROOT, [program, library.metafile])
  writeFileSync(join(unfinished, 'THIRD_PARTY_NOTICES.txt'), notices)
  compileAhead(unfinished)
  // bin/playground.mjs builds the page.
  if (existsSync(join(DIST, 'playground'))) renameSync(join(DIST, 'playground'), join(unfinished, 'playground'))
  // Programs that run vipctl meanwhile find the old files or the new ones, never half-written ones.
  rmSync(DIST, { recursive: true, force: true })
  renameSync(unfinished, DIST)
} finally {
  rmSync(unfinished, { recursive: true, force: true })
}
