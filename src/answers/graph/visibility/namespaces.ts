/** Sets of namespaces as text. */
import { counted } from '../builder.ts'

/** How many names of a longer list are written. */
const SHOWN = 5
/** Up to so many namespaces that are left out of a set are named instead of its own. */
const MOST_OTHERS = 3

/** `a, b and c`; of a long list the first ones and the number of the others. */
export function namesText(names: readonly string[]): string {
  if (names.length > SHOWN + 1) return `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/**
 * The lines of a box.
 * @param all the namespaces of the mesh
 */
export function namespaceLines(namespaces: readonly string[], all: readonly string[]): readonly string[] {
  if (namespaces.length === 0) return ['no namespace']
  if (namespaces.length === 1) return ['namespace', namesText(namespaces)]
  const kind = counted(namespaces.length, 'namespace')
  const own = new Set(namespaces)
  const others = all.filter((namespace) => !own.has(namespace))
  if (others.length === 0) return ['every namespace', namesText(namespaces)]
  if (others.length <= MOST_OTHERS && namespaces.length > SHOWN + 1) return [kind, `all but ${namesText(others)}`]
  return [kind, namesText(namespaces)]
}

/** The namespaces in a sentence. @param all the namespaces of the mesh */
export function audienceName(namespaces: readonly string[], all: readonly string[]): string {
  if (namespaces.length === 0) return 'no namespace'
  return namespaces.length === all.length ? 'every namespace' : namesText(namespaces)
}
