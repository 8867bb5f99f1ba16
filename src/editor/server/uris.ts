/** Addresses of files. */
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The path of an address; undefined for one that is not a file of this machine, such as an unnamed document. */
export function pathOfUri(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || !/^file:/i.test(uri)) return undefined
  try {
    return fileURLToPath(uri)
  } catch {
    return undefined
  }
}

export const uriOfPath = (path: string): string => pathToFileURL(path).href
