/** Whether the `proxy` of a match fits a proxy (pilot/pkg/model/envoyfilter.go proxyMatch). */
import { oncePerKey } from '../../../common/once.ts'
import type { EnvoyConfigObjectMatch } from '../../../kinds/messages/envoy-filter.ts'
import { Pattern } from '../../../kinds/re2/match.ts'
import { LONGEST_PROXY_VERSION } from '../../../kinds/validation/envoy-filter.ts'
import type { Proxy } from '../../../proxy/proxy.ts'

const VERSION = 'ISTIO_VERSION'
/** Expressions that istiod takes for prefixes: `^1\.16.*` also matches 1.160. */
const KNOWN_PREFIX = /^\^1\\\.(1[6-9]|2[0-3])\.\*$/

/** Whether a version has a part that matches an expression. */
const versionTest = oncePerKey((expression: string): ((version: string) => boolean) => {
  if (expression.length > LONGEST_PROXY_VERSION) return () => false
  const [, minor] = KNOWN_PREFIX.exec(expression) ?? []
  if (minor !== undefined) return (version) => version.startsWith(`1.${minor}`)
  const pattern = patternOf(expression)
  return (version) => version !== '' && pattern?.matches(version) === true
})

/** undefined for an expression that is valid but too large. */
function patternOf(expression: string): Pattern | undefined {
  try {
    return new Pattern(`(?s:.*)(?:${expression})(?s:.*)`)
  } catch {
    return undefined
  }
}

/** Whether a patch is for this proxy; one without a `proxy` is for all. */
export function matchesProxy(
  match: EnvoyConfigObjectMatch | undefined,
  { metadata }: Pick<Proxy, 'metadata'>,
): boolean {
  const { proxyVersion = '', metadata: pairs } = match?.proxy ?? {}
  if (proxyVersion !== '' && !versionTest(proxyVersion)(metadata.get(VERSION) ?? '')) return false
  return pairs === undefined || [...pairs].every(([key, value]) => metadata.get(key) === value)
}
