/** File names in the form that other programs need. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FileAddress } from '../../formats/results/sarif.ts'

/** Replaces unpaired surrogates, which UTF-8 cannot encode. */
const wellFormed = (text: string): string => Buffer.from(text).toString()

/**
 * The address of a file: relative to the working directory, or absolute if it is outside.
 * @param file in the user's notation
 */
export function fileAddress(file: string, cwd: string): FileAddress {
  const path = resolve(cwd, file)
  const way = relative(cwd, path)
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
  if (isOutside) return { uri: pathToFileURL(path).href, isRelative: false }
  return { uri: wellFormed(way).split(sep).map(encodeURIComponent).join('/'), isRelative: true }
}

/** The folders that file names and GitHub annotations are relative to. */
export interface Folders {
  readonly cwd: string
  /** Absolute: the top of the checkout. */
  readonly workspace: string
}

/** A file's path relative to the top of the checkout. */
export const pathFromTop = (file: string, { cwd, workspace }: Folders): string =>
  relative(workspace, resolve(cwd, file))
