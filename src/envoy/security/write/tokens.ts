/** Writes the filter that checks tokens. */
import { compact, durationText, type EnvoyMessage, type Extension, envoyType, unlessEmpty } from '../../json.ts'
import type { KeySource, TokenPlan, TokenRule } from '../plan/tokens.ts'

const NAME = 'envoy.filters.http.jwt_authn'
const TYPE = envoyType('extensions.filters.http.jwt_authn.v3.JwtAuthentication')
const PAYLOAD = 'payload'
const CACHED = '300s'
const MODULUS = [
  '0xObjM0UvS_oaazjpEYlAbwctEJ4L8pH3OuTb7qth7gUwqet-EzQB4dgFdvSdMgrLnSncQGRjpEYz3F3viIbH-3EN3TxSlPNviHxeOdyiBVfumN8',
  'dMxbLvVJUpfNOnvmMxJcl-8NNjAwcOjk4otSALaYgYYyOPyvKtgVdrQr-FoubWX4yrjxW-MJ2-7OBeepUUNOsVwGV23YX03sVkkyvY3otRflkBcY3',
  '_HKpBxJl9wk2GyOShN4_PNUF9-vwfnvOXMbCDX-w4PTef4geeb_GiT40YCKHTKMSPVanGRn5GExIWmki-mmqh94-mPTJyBR74ShspL3BxPZitDL574',
  'T1w',
].join('')

/** What istiod sends until it has fetched the keys: a public key whose private key was thrown away. */
const UNFETCHED = JSON.stringify({ keys: [{ kty: 'RSA', e: 'AQAB', n: MODULUS }] }, undefined, 2)

function keyFields(keys: KeySource): EnvoyMessage {
  if (keys.kind === 'inline') return { localJwks: { inlineString: keys.keys } }
  if (keys.kind === 'fetched') return { localJwks: { inlineString: UNFETCHED } }
  const { uri, cluster, timeout } = keys
  return { remoteJwks: { httpUri: { uri, cluster, timeout: durationText(timeout) }, cacheDuration: CACHED } }
}

function provider({ rule, keys, spaceDelimitedClaims }: TokenRule, clearsRouteCache: boolean): EnvoyMessage {
  return compact({
    issuer: rule.issuer || undefined,
    audiences: unlessEmpty(rule.audiences),
    ...keyFields(keys),
    forward: rule.forwardOriginalToken || undefined,
    fromHeaders: unlessEmpty(
      rule.fromHeaders.map(({ name, prefix }) => compact({ name, valuePrefix: prefix || undefined })),
    ),
    fromParams: unlessEmpty(rule.fromParams),
    fromCookies: unlessEmpty(rule.fromCookies),
    forwardPayloadHeader: rule.outputPayloadToHeader || undefined,
    payloadInMetadata: PAYLOAD,
    normalizePayloadInMetadata: { spaceDelimitedClaims },
    claimToHeaders: unlessEmpty(
      rule.outputClaimToHeaders.map(({ header, claim }) => ({ headerName: header, claimName: claim })),
    ),
    clearRouteCache: clearsRouteCache || undefined,
  })
}

const providerName = (index: number): string => `origins-${index}`

/** A valid token, or none. */
const optional = (name: string): EnvoyMessage => ({
  requiresAny: { requirements: [{ providerName: name }, { allowMissing: {} }] },
})

/** A valid token of one issuer; or none that is not valid. */
function requirement(names: readonly string[]): EnvoyMessage {
  const [only = ''] = names
  if (names.length === 1) return optional(only)
  const each = names.map((name) => ({ providerName: name }))
  return { requiresAny: { requirements: [...each, { requiresAll: { requirements: names.map(optional) } }] } }
}

export function tokenFilter({ rules, clearsRouteCache }: TokenPlan): Extension {
  const names = rules.map((_, index) => providerName(index))
  return {
    name: NAME,
    typedConfig: {
      '@type': TYPE,
      providers: Object.fromEntries(
        rules.map((rule, index) => [providerName(index), provider(rule, clearsRouteCache)]),
      ),
      rules: [{ match: { prefix: '/' }, requires: requirement(names) }],
      bypassCorsPreflight: true,
    },
  }
}
