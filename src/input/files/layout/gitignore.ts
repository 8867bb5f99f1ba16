/**
 * Patterns of .gitignore (https://git-scm.com/docs/gitignore). The package `ignore` makes regular expressions of them,
 * which take time without bounds for some patterns and names, and both may come from a hostile repository.
 */
import { ANY_FOLDERS, type NameTest, pathPattern, shellPattern } from '../../../common/globs.ts'

/** A line of an ignore file, from the root of the file system. */
interface Rule {
  readonly isNegated: boolean
  readonly isFolderOnly: boolean
  readonly matches: (parts: readonly string[]) => boolean
}

const hasName: NameTest = () => true

/** @param pattern begins with a slash, or with `!/` */
function ruleOf(pattern: string): Rule {
  const isNegated = pattern.startsWith('!')
  const body = isNegated ? pattern.slice(1) : pattern
  const isFolderOnly = body.endsWith('/')
  const parts = body.split('/').filter((part) => part !== '')
  // At the end, two stars are everything inside a folder, but not the folder.
  const test = (part: string): NameTest => (part === '' ? hasName : shellPattern(part))
  const all = parts.at(-1) === ANY_FOLDERS ? [...parts, ''] : parts
  return { isNegated, isFolderOnly, matches: pathPattern(all, test) }
}

/** A list of patterns, of which the last match decides. What is in an ignored folder cannot be included again. */
export class IgnoreList {
  readonly #rules: readonly Rule[]
  readonly #folders = new Map<string, boolean>()

  /** @param patterns from the root of the file system, such as `/folder/sub/` and `!/folder/a.yaml` */
  constructor(patterns: readonly string[]) {
    this.#rules = patterns.map(ruleOf)
  }

  /** Whether a path is ignored, or a folder that it is in. @param path absolute */
  ignores(path: string, isFolder: boolean): boolean {
    const parts = path.split('/').filter((part) => part !== '')
    for (let length = 1; length < parts.length; length++) {
      if (this.#ignoresFolder(parts.slice(0, length))) return true
    }
    return isFolder ? this.#ignoresFolder(parts) : this.#decides(parts, false)
  }

  #ignoresFolder(parts: readonly string[]): boolean {
    const key = parts.join('/')
    const known = this.#folders.get(key)
    if (known !== undefined) return known
    const decided = this.#decides(parts, true)
    this.#folders.set(key, decided)
    return decided
  }

  #decides(parts: readonly string[], isFolder: boolean): boolean {
    const rule = this.#rules.findLast(({ isFolderOnly, matches }) => (isFolder || !isFolderOnly) && matches(parts))
    return rule !== undefined && !rule.isNegated
  }
}
