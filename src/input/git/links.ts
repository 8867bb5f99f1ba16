/** Where the symbolic links of a commit lead. */
import { posix } from 'node:path'

/** As many links as Linux follows. */
const MOST_LINKS = 40

/**
 * The path that a link leads to, over other links. Paths are taken as written: if one leads through a link to a folder,
 * git may find another file.
 * @param path of the link
 * @param texts the paths that links hold, by the paths of the links
 */
export function targetOf(path: string, texts: ReadonlyMap<string, string>): string {
  let target = path
  for (let followed = 0; followed < MOST_LINKS; followed++) {
    const text = texts.get(target)
    if (text === undefined) return target
    target = posix.join(posix.dirname(target), text)
  }
  return target
}
