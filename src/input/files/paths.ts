/** Relations between file paths. */
import { isAbsolute, relative, sep } from 'node:path'

/** Whether a path is a folder or below it; both are absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

const WILDCARD = /[*?[{]/

/** Whether a path is a pattern. */
export const hasWildcard = (path: string): boolean => WILDCARD.test(path)

/** The part of a pattern before its first wildcard. */
export function fixedPart(path: string): string {
  const parts = path.split('/')
  const first = parts.findIndex(hasWildcard)
  return first < 0 ? path : parts.slice(0, first).join('/')
}
