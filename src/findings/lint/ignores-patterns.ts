/** Patterns of ignores: `*` and `?` within a name, `**` for any number of folders. */
import { namePattern, pathPattern } from '../../common/globs.ts'

const ANY = '*'
const ANY_PARTS = '**'

/** Whether a pattern without folders matches a name. */
export const matchesName = (pattern: string, name: string): boolean => namePattern(pattern)(name)

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.')

/** Whether a pattern matches a file or one of its folders. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const parts = partsOf(pattern)
  const matches = pathPattern(parts.at(-1) === ANY_PARTS ? parts : [...parts, ANY_PARTS], namePattern)
  return (path) => matches(partsOf(path))
}

/** An object as patterns name it. */
export interface ObjectName {
  readonly kind: string
  /** '' for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
}

/** The form of object patterns; cluster-scoped objects are KIND/NAME. */
export const OBJECT_PATTERN = /^[^/\s]+(?:\/[^/\s]+){1,2}$/

/** Whether a pattern `KIND/NAMESPACE/NAME` or `NAMESPACE/NAME` matches an object; the case of kinds is ignored. */
export function objectMatcher(pattern: string): (object: ObjectName) => boolean {
  const [name = '', namespace = '', kind = ANY] = pattern.split('/').reverse()
  const [isName, isNamespace, isKind] = [namePattern(name), namePattern(namespace), namePattern(kind.toLowerCase())]
  const isNamedKind = namePattern(namespace.toLowerCase())
  return (object) => {
    const objectKind = object.kind.toLowerCase()
    if (!isName(object.name)) return false
    if (object.namespace === '') return kind === ANY && isNamedKind(objectKind)
    return isNamespace(object.namespace) && isKind(objectKind)
  }
}
