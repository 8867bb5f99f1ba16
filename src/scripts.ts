/** Loads the files of dist/ as Node loads CommonJS modules, with code that V8 has compiled before. */
import { basename, join } from 'node:path'
import { Script } from 'node:vm'

type Exports = Record<string, unknown>
type Require = (name: string) => Exports

interface Program extends Exports {
  readonly main: () => Promise<void>
}

/** Where the files are. */
export interface Files {
  /** What the names in stacks begin with. */
  readonly folder: string
  /** The content of a file; undefined if there is none. */
  readonly bytes: (file: string) => Buffer | undefined
  /** Its compiled code, if there is any. */
  readonly code: (file: string) => Buffer | undefined
  /** Is told of each script that is loaded. */
  readonly onScript?: (file: string, script: Script) => void
}

/** The parameters that Node gives a CommonJS module. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'] as const

/** The files that the library also imports are ES modules that export a string. */
const ES_MODULE = /\.js$/
const BEFORE_STRING = 'export default '

/** The ASCII text of a file. Large files that few runs need are compressed, and have `.br` after their names. */
function textIn({ bytes }: Files, file: string): string {
  const plain = bytes(file)
  if (plain) return plain.toString('latin1')
  const compressed = bytes(`${file}.br`)
  if (!compressed) throw new Error(`${file} is missing: install vipctl again`)
  return process.getBuiltinModule('node:zlib').brotliDecompressSync(compressed).toString('latin1')
}

/** A `require` for files. V8 silently compiles a file whose code does not fit. */
function requireFrom(files: Files): Require {
  const { folder, code, onScript } = files
  const text = (file: string): string => textIn(files, file)
  const modules = new Map<string, { exports: Exports }>()
  const requireFile: Require = (name) => {
    if (!name.startsWith('./')) return require(name) as Exports
    const file = basename(name)
    if (ES_MODULE.test(file)) return { default: JSON.parse(text(file).slice(BEFORE_STRING.length)) }
    const known = modules.get(file)
    if (known) return known.exports
    const module = { exports: {} }
    modules.set(file, module)
    const filename = join(folder, file)
    const script = new Script(WRAPPER[0] + text(file) + WRAPPER[1], { filename, cachedData: code(file) })
    onScript?.(file, script)
    script.runInThisContext()(module.exports, requireFile, module, filename, folder)
    return module.exports
  }
  return requireFile
}

/** The program among the files. */
export const programOf = (files: Files): Program => requireFrom(files)('./cli.cjs') as Program
