/**
 * Loads the program from dist/ with code that V8 has compiled before; then a start neither parses nor compiles what a run
 * needs. A build compiles the program ahead for the Node that it runs on (bin/compile-ahead.cjs). Packages do not have
 * that code, because it fits one version of Node on one platform: there, the first runs keep theirs in the user's cache
 * folder. Node does so itself from version 22.1 on.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { basename, join } from 'node:path'
import { Script } from 'node:vm'
import { cacheFolder, keepCode } from './code-cache.ts'
import { startSmall } from './compiler.ts'

export { startSmall }

type Exports = Record<string, unknown>
type Require = (name: string) => Exports
type OnScript = (file: string, script: Script) => void

interface Program {
  readonly main: () => Promise<void>
}

/** V8 checks version and flags of compiled code itself, but not the platform. */
const PLATFORM = `${process.version}-${process.platform}-${process.arch}`

const COMPILED = join(__dirname, 'compiled', PLATFORM)

/** The parameters that Node gives a CommonJS module. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'] as const

/** Only such names stand for one content, so that other versions of vipctl do not use the code of this one. */
const NAMED_BY_CONTENT = /-[A-Z0-9]{8}\.cjs$/

const codeIn = (folder: string, file: string): string => join(folder, `${file}.code`)

/** @param file the name of a file of dist/ */
export const compiledPath = (file: string): string => codeIn(COMPILED, file)

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

/**
 * A `require` for the files of dist/ that uses compiled code. V8 silently compiles a file whose code does not fit.
 * @param onScript is told of each script that is loaded
 * @param folder of the compiled code
 */
export function requireCompiled(onScript?: OnScript, folder = COMPILED): Require {
  const modules = new Map<string, { exports: Exports }>()
  const requireFile: Require = (name) => {
    if (!name.startsWith('./')) return require(name) as Exports
    const file = basename(name)
    const known = modules.get(file)
    if (known) return known.exports
    const module = { exports: {} }
    modules.set(file, module)
    const filename = join(__dirname, file)
    // The build writes ASCII.
    const source = WRAPPER[0] + readFileSync(filename, 'latin1') + WRAPPER[1]
    const script = new Script(source, { filename, cachedData: readIfExists(codeIn(folder, file)) })
    onScript?.(file, script)
    script.runInThisContext()(module.exports, requireFile, module, filename, __dirname)
    return module.exports
  }
  return requireFile
}

const runMain = (requireFile: Require): Promise<void> => (requireFile('./cli.cjs') as unknown as Program).main()

/** With the code that earlier runs kept in a folder; this run adds what they did not have. */
async function runKeeping(folder: string): Promise<void> {
  const fresh = new Map<string, Script>()
  const requireFile = requireCompiled((file, script) => {
    if (script.cachedDataRejected !== false && NAMED_BY_CONTENT.test(file)) fresh.set(codeIn(folder, file), script)
  }, folder)
  await runMain(requireFile)
  keepCode(fresh)
}

/** Runs the program on the arguments of the process. */
export async function main(): Promise<void> {
  // Compiled code only fits the flags under which it was made.
  startSmall()
  if (existsSync(COMPILED)) return runMain(requireCompiled())
  const cache = cacheFolder(process.env, process.platform)
  const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => void }
  if (cache === undefined) return runMain(require)
  if (!enableCompileCache) return runKeeping(join(cache, PLATFORM))
  enableCompileCache(cache)
  return runMain(require)
}
