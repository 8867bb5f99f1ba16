/** Shell-style patterns for host names: `*` matches any characters, `?` one. */

const SPECIAL = /[.+^${}()|[\]\\]/g

function expressionOf(glob: string): RegExp {
  const text = glob.toLowerCase().replace(/\.$/, '')
  const source = text.replace(SPECIAL, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}

/** A test whether a host matches one of the patterns; without patterns every host does. */
export function hostFilter(globs: readonly string[]): (host: string) => boolean {
  if (globs.length === 0) return () => true
  const expressions = globs.map(expressionOf)
  return (host) => expressions.some((expression) => expression.test(host.toLowerCase()))
}
