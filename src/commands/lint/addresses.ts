/** Names of files as other programs find them. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FileAddress } from '../../formats/results/sarif.ts'

/** Lone surrogates are replaced, as UTF-8 has no form for them. */
const wellFormed = (text: string): string => Buffer.from(text).toString()

/**
 * The address of a file: relative to the working directory, absolute for files that lie outside of it.
 * @param file as the user named it
 */
export function fileAddress(file: string, cwd: string): FileAddress {
  const path = resolve(cwd, file)
  const way = relative(cwd, path)
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
  if (isOutside) return { uri: pathToFileURL(path).href, isRelative: false }
  return { uri: wellFormed(way).split(sep).map(encodeURIComponent).join('/'), isRelative: true }
}

/** Where the names of files start, and where annotations of GitHub want them to start. */
export interface Folders {
  readonly cwd: string
  /** Absolute: the top of the checkout. */
  readonly workspace: string
}

/** The path of a file from the top of the checkout. */
export const pathFromTop = (file: string, { cwd, workspace }: Folders): string =>
  relative(workspace, resolve(cwd, file))
