/** Addresses of documents. */
import { extname, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Documents that were never saved are here, where no file is. */
const UNTITLED = resolve(sep, 'untitled:')

/** A document that was never saved has a path that no file has, in a folder of its own, and is read as YAML. */
function untitledPath(name: string): string {
  const own = encodeURIComponent(name)
  return resolve(UNTITLED, own, extname(own) === '' ? `${own}.yaml` : own)
}

/** The path of an address; undefined for one that is neither a file of this machine nor a document without a file. */
export function pathOfUri(uri: unknown): string | undefined {
  if (typeof uri !== 'string') return undefined
  if (/^untitled:/i.test(uri)) return untitledPath(uri.slice(uri.indexOf(':') + 1))
  if (!/^file:/i.test(uri)) return undefined
  try {
    return fileURLToPath(uri)
  } catch {
    return undefined
  }
}

export const uriOfPath = (path: string): string => pathToFileURL(path).href
