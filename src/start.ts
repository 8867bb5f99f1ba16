/**
 * Loads the program from dist/ with code that V8 has compiled before; then a start neither parses nor compiles what a run
 * needs. A build compiles the program ahead for the Node that it runs on (bin/compile-ahead.cjs). Packages do not have
 * that code, because it fits one version of Node on one platform: there, the first runs keep theirs in the user's cache
 * folder.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Script } from 'node:vm'
import { cacheFolder, keepCode } from './code-cache.ts'
import { startSmall } from './compiler.ts'
import { type Files, programOf } from './scripts.ts'

export { programOf, startSmall }

/** V8 checks version and flags of compiled code itself, but not the platform. */
const PLATFORM = `${process.version}-${process.platform}-${process.arch}`

/** Where the build puts compiled code. */
export const COMPILED = join(__dirname, 'compiled', PLATFORM)

/** Only such names stand for one content, so that other versions of vipctl do not use the code of this one. */
const NAMED_BY_CONTENT = /-[A-Z0-9]{8}\.cjs$/

export const codeIn = (folder: string, file: string): string => join(folder, `${file}.code`)

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

/** The files beside this one. */
export const filesWith = (code: string | undefined, onScript?: Files['onScript']): Files => ({
  folder: __dirname,
  bytes: (file) => readIfExists(join(__dirname, file)),
  code: (file) => (code === undefined ? undefined : readIfExists(codeIn(code, file))),
  ...(onScript && { onScript }),
})

/** With the code that earlier runs kept in a folder; this run adds what they did not have. */
async function runKeeping(folder: string): Promise<void> {
  const fresh = new Map<string, Script>()
  const files = filesWith(folder, (file, script) => {
    if (script.cachedDataRejected !== false && NAMED_BY_CONTENT.test(file)) fresh.set(codeIn(folder, file), script)
  })
  await programOf(files).main()
  keepCode(fresh)
}

/** Runs the program on the arguments of the process. */
export async function main(): Promise<void> {
  // Compiled code only fits the flags under which it was made.
  startSmall()
  if (existsSync(COMPILED)) return programOf(filesWith(COMPILED)).main()
  const cache = cacheFolder(process.env, process.platform)
  return cache === undefined ? programOf(filesWith(undefined)).main() : runKeeping(join(cache, PLATFORM))
}
