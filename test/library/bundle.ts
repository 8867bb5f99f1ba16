import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The entries of the library, by the names that other programs import. */
export const ENTRIES: Readonly<Record<string, string>> = {
  vipctl: 'src/library/node/main.ts',
  'vipctl/browser': 'src/library/browser.ts',
}

/** A bundle for a browser, where modules of Node are not found. */
export async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}
