import { parseGoBool } from '../../../../common/go-bool.ts'
import type { AuthorizationPolicyResource, RequestAuthenticationResource } from '../../../../kinds/index.ts'
import { isClaim } from '../../../../kinds/validation/values/http-values.ts'
import type { Snapshot } from '../../../../resources/snapshot.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { clip } from '../references/wording.ts'
import { policiesFor, workloadKinds } from './workloads.ts'

const OF_TOKENS = /^request\.auth\./

/** Whether a policy asks for a token. */
const asksForToken = ({ spec }: AuthorizationPolicyResource): boolean =>
  spec.action === 'CUSTOM' ||
  spec.rules.some(
    ({ from, when }) =>
      when.some(({ key }) => OF_TOKENS.test(key)) ||
      from.some(({ source }) => source && source.requestPrincipals.length + source.notRequestPrincipals.length > 0),
  )

/** Whether routes depend on claims, so that a request without a token may get nowhere. */
const routesByClaims = ({ istio }: Snapshot): boolean =>
  istio.virtualServices.some(({ spec }) =>
    spec.http.some(({ match }) =>
      match.some(({ headers, withoutHeaders }) => [...headers.keys(), ...withoutHeaders.keys()].some(isClaim)),
    ),
  )

/** Checks only workloads of the input, because the policies of others are not known. */
export const tokenNotRequired: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const { snapshot } = registry
    const { requestAuthentications, authorizationPolicies } = snapshot.istio
    if (!requestAuthentications.some(({ spec }) => spec.jwtRules.length > 0) || routesByClaims(snapshot)) return
    const open = new Set<RequestAuthenticationResource>()
    const closed = new Set<RequestAuthenticationResource>()
    for (const [namespace, kinds] of workloadKinds(registry)) {
      for (const labels of kinds) {
        const checks = policiesFor(registry, requestAuthentications, { namespace, labels })
        if (checks.length === 0) continue
        const isClosed = policiesFor(registry, authorizationPolicies, { namespace, labels }).some(asksForToken)
        for (const check of checks) (isClosed ? closed : open).add(check)
      }
    }
    for (const resource of open) {
      if (closed.has(resource) || resource.spec.jwtRules.length === 0) continue
      yield {
        message: 'requests without a token get in: no AuthorizationPolicy of its workloads asks for one',
        resource,
        location: resource.location.child('spec', 'jwtRules'),
      }
    }
  },
}

const FETCH_MODE = 'PILOT_JWT_ENABLE_REMOTE_JWKS'
const BY_PROXIES: ReadonlySet<string> = new Set(['hybrid', 'envoy'])

/** Only where istiod fetches keys itself. */
export const tokenKeysFetched: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const { istio, features } = registry.snapshot
    const mode = features.env.get(FETCH_MODE) ?? ''
    const byProxies = BY_PROXIES.has(mode) || parseGoBool(mode) === true
    for (const resource of istio.requestAuthentications) {
      for (const [index, { issuer, jwks, jwksUri }] of resource.spec.jwtRules.entries()) {
        if (jwks !== '' || (byProxies && jwksUri !== '')) continue
        const place = jwksUri === '' ? `the server of ${clip(issuer)}` : clip(jwksUri)
        yield {
          message: `istiod fetches the keys from ${place}; while it cannot, proxies refuse every token of this issuer`,
          resource,
          location: resource.location.child('spec', 'jwtRules', index),
        }
      }
    }
  },
}
