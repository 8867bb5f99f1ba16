/** Patterns for host names, as shells have them: `*` any characters, `?` one. */

const SPECIAL = /[.+^${}()|[\]\\]/g

function expressionOf(glob: string): RegExp {
  const text = glob.toLowerCase().replace(/\.$/, '')
  const source = text.replace(SPECIAL, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}

/** Whether a host is covered by one of the patterns; without patterns every host is. */
export function hostFilter(globs: readonly string[]): (host: string) => boolean {
  if (globs.length === 0) return () => true
  const expressions = globs.map(expressionOf)
  return (host) => expressions.some((expression) => expression.test(host.toLowerCase()))
}
