import { readFileSync } from 'node:fs'

/** A file of the package; package.json is one folder above both src/ and dist/. */
export const packageFile = (path: string): URL => new URL(`../${path}`, import.meta.url)

let version: string | undefined

/** The version in package.json. */
export function packageVersion(): string {
  version ??= (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { readonly version: string }).version
  return version
}
