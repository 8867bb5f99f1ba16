/**
 * Loads the program from dist/. The build compiles the program ahead for the Node that it runs on (bin/compile-ahead.cjs);
 * with that code a start neither parses nor compiles what a run needs. Other versions of Node load the same files
 * without it.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { basename, join } from 'node:path'
import { Script } from 'node:vm'
import { startSmall } from './compiler.ts'

export { startSmall }

type Exports = Record<string, unknown>
type Require = (name: string) => Exports

interface Program {
  readonly main: () => Promise<void>
}

/** V8 checks version and flags of compiled code itself, but not the platform. */
const COMPILED = join(__dirname, 'compiled', `${process.version}-${process.platform}-${process.arch}`)

/** The parameters that Node gives a CommonJS module. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'] as const

/** @param file the name of a file of dist/ */
export const compiledPath = (file: string): string => join(COMPILED, `${file}.code`)

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
 */
export function requireCompiled(onScript?: (file: string, script: Script) => void): Require {
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
    const script = new Script(source, { filename, cachedData: readIfExists(compiledPath(file)) })
    onScript?.(file, script)
    script.runInThisContext()(module.exports, requireFile, module, filename, __dirname)
    return module.exports
  }
  return requireFile
}

/** Node's own `require` for dist/. Compiled code is kept between runs where Node can do so (22.1 and later). */
function requirePlain(): Require {
  const { enableCompileCache } = nodeModule as { enableCompileCache?: () => void }
  enableCompileCache?.()
  return require
}

/** Runs the program on the arguments of the process. */
export async function main(): Promise<void> {
  // Compiled code only fits the flags under which it was made.
  startSmall()
  const requireFile = existsSync(COMPILED) ? requireCompiled() : requirePlain()
  const program = requireFile('./cli.cjs') as unknown as Program
  await program.main()
}
