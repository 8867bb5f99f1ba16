/** How a proxy checks tokens (pilot/pkg/security/authn/policy_applier.go). */
import { compareBytes } from '../../../common/bytes.ts'
import { outboundClusterName } from '../../../common/names.ts'
import type { RequestAuthenticationResource } from '../../../kinds/index.ts'
import type { JWTRule } from '../../../kinds/messages/request-authentication.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import { hostAndPort, parseGoUrl } from '../../../kinds/validation/values/go-url.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { attachmentOf, policiesOf } from '../../policy/attachment.ts'
import { providerService } from '../../policy/provider-service.ts'

/** Where the keys come from. */
export type KeySource =
  | { readonly kind: 'inline'; readonly keys: string }
  /** istiod fetches them; until it has them, it sends a public key without a private one. */
  | { readonly kind: 'fetched' }
  | { readonly kind: 'remote'; readonly uri: string; readonly cluster: string; readonly timeout: Duration }

export interface TokenRule {
  readonly rule: JWTRule
  readonly keys: KeySource
  /** Sorted. */
  readonly spaceDelimitedClaims: readonly string[]
  readonly policy: RequestAuthenticationResource
  /** The place of the rule in the policy. */
  readonly index: number
}

export interface TokenPlan {
  /** By issuer. */
  readonly rules: readonly [TokenRule, ...TokenRule[]]
  /** Routes may depend on claims, so they are chosen again after the check. */
  readonly clearsRouteCache: boolean
}

const FETCH_MODE = 'PILOT_JWT_ENABLE_REMOTE_JWKS'
const DEFAULT_TIMEOUT: Duration = { seconds: 5, nanos: 0 }
const SPACE_DELIMITED = ['scope', 'permission'] as const

type FetchMode = 'istiod' | 'hybrid' | 'envoy'
const MODES: ReadonlyMap<string, FetchMode> = new Map([
  ['hybrid', 'hybrid'],
  ['true', 'hybrid'],
  ['envoy', 'envoy'],
])

function remoteKeys({ registry }: ProxyView, rule: JWTRule, mode: FetchMode): KeySource | undefined {
  const uri = rule.jwksUri
  const url = parseGoUrl(uri, 'reference')
  if (!url) return undefined
  const { host, port: stated } = hostAndPort(uri)
  const port = stated === '' ? (url.scheme === 'https' ? 443 : 80) : Number(stated)
  const timeout = rule.timeout ?? DEFAULT_TIMEOUT
  const service = providerService(registry, host, port)
  if (service) return { kind: 'remote', uri, cluster: service.cluster, timeout }
  return mode === 'envoy' ? { kind: 'remote', uri, cluster: outboundClusterName(port, '', host), timeout } : undefined
}

/** Where istiod, or the proxy itself, takes the keys of a rule from. */
function keySourceOf(view: ProxyView, rule: JWTRule): KeySource {
  const mode = MODES.get(view.registry.snapshot.features.env.get(FETCH_MODE) ?? '') ?? 'istiod'
  const fetched: KeySource = { kind: 'fetched' }
  if (mode !== 'istiod' && rule.jwksUri !== '') return remoteKeys(view, rule, mode) ?? fetched
  return rule.jwks === '' ? fetched : { kind: 'inline', keys: rule.jwks }
}

/** The RequestAuthentications that apply to a proxy. */
const requestAuthentications = (view: ProxyView): readonly RequestAuthenticationResource[] =>
  policiesOf(view, view.registry.snapshot.istio.requestAuthentications, 'own-first', attachmentOf)

/** Plans the check of tokens; undefined when no rule applies to the proxy. */
export function planTokens(view: ProxyView): TokenPlan | undefined {
  const sorted = view.registry.snapshot.features.has('sorted-space-delimited-claims')
  const rules = requestAuthentications(view).flatMap((policy) =>
    policy.spec.jwtRules.map(
      (rule, index): TokenRule => ({
        rule,
        keys: keySourceOf(view, rule),
        spaceDelimitedClaims: sorted
          ? [...new Set([...SPACE_DELIMITED, ...rule.spaceDelimitedClaims])].sort(compareBytes)
          : SPACE_DELIMITED,
        policy,
        index,
      }),
    ),
  )
  rules.sort((a, b) => compareBytes(a.rule.issuer, b.rule.issuer))
  const [first, ...others] = rules
  return first && { rules: [first, ...others], clearsRouteCache: view.proxy.type === 'router' }
}
