/** This program's own files, and how to start it again; it may be a single executable that has everything inside. */
import { readFileSync } from 'node:fs'
import { getRawAsset, isSea } from 'node:sea'

/**
 * Reads a file of the package; package.json is one folder above both src/ and dist/.
 * @throws Error if the package does not have it
 */
export const packageFile = (path: string): Buffer =>
  isSea() ? Buffer.from(getRawAsset(path) as ArrayBuffer) : readFileSync(new URL(`../${path}`, import.meta.url))

let version: string | undefined

/** The version in package.json. */
export function packageVersion(): string {
  version ??= (JSON.parse(packageFile('package.json').toString('utf8')) as { readonly version: string }).version
  return version
}

/** The command that starts this program, without its arguments. */
export function ownCommand(): readonly string[] {
  const [node, script = ''] = process.argv
  return isSea() ? [process.execPath] : [node ?? process.execPath, ...process.execArgv, script]
}
