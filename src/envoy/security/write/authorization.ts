/** Writes authorization filters (pilot/pkg/security/authz/builder). */
import { compact, durationText, type EnvoyMessage, type Extension, envoyType, unlessEmpty } from '../../json.ts'
import type { AuthorizationFilterPlan, ExternalPlan, RbacPlan, Rules } from '../plan/authorization.ts'
import type { ExternalProvider, HttpExternalProvider } from '../plan/external.ts'
import type { FilterKind } from '../plan/rules.ts'
import { policyMessage } from './conditions.ts'

const FILTERS = {
  http: {
    rbac: { name: 'envoy.filters.http.rbac', type: envoyType('extensions.filters.http.rbac.v3.RBAC') },
    external: {
      name: 'envoy.filters.http.ext_authz',
      type: envoyType('extensions.filters.http.ext_authz.v3.ExtAuthz'),
    },
  },
  tcp: {
    rbac: { name: 'envoy.filters.network.rbac', type: envoyType('extensions.filters.network.rbac.v3.RBAC') },
    external: {
      name: 'envoy.filters.network.ext_authz',
      type: envoyType('extensions.filters.network.ext_authz.v3.ExtAuthz'),
    },
  },
} as const

const TCP_STATS = 'tcp.'
/** Where the rbac filter notes the shadow rule that holds. */
const SHADOW_RESULT = 'istio_ext_authz_shadow_effective_policy_id'

function rulesMessage(rules: Rules, action: RbacPlan['action']): EnvoyMessage {
  const policies = [...rules].map(([name, rule]) => [name, policyMessage(rule)] as const)
  return compact({
    action: action === 'ALLOW' ? undefined : action,
    policies: policies.length > 0 ? Object.fromEntries(policies) : undefined,
  })
}

function rbac({ action, rules, shadowRules, shadowPrefix }: RbacPlan, kind: FilterKind): Extension {
  const { name, type } = FILTERS[kind].rbac
  return {
    name,
    typedConfig: compact({
      '@type': type,
      rules: rules && rulesMessage(rules, action),
      shadowRules: shadowRules && rulesMessage(shadowRules, action),
      shadowRulesStatPrefix: shadowPrefix || undefined,
      statPrefix: kind === 'tcp' ? TCP_STATS : undefined,
    }),
  }
}

function headerPattern(header: string): EnvoyMessage {
  if (header.startsWith('*')) return { suffix: header.slice(1), ignoreCase: true }
  return header.endsWith('*') ? { prefix: header.slice(0, -1), ignoreCase: true } : { exact: header, ignoreCase: true }
}

const headerPatterns = (headers: readonly string[]): EnvoyMessage | undefined =>
  headers.length > 0 ? { patterns: headers.map(headerPattern) } : undefined

function responseHeaders({ headersToUpstream, headersOnDeny, headersOnAllow }: HttpExternalProvider) {
  const message = compact({
    allowedUpstreamHeaders: headerPatterns(headersToUpstream),
    allowedClientHeaders: headerPatterns(headersOnDeny),
    allowedClientHeadersOnSuccess: headerPatterns(headersOnAllow),
  })
  return Object.keys(message).length > 0 ? message : undefined
}

function serviceFields(provider: ExternalProvider): EnvoyMessage {
  const { host, cluster } = provider.to
  const timeout = durationText(provider.timeout)
  if (provider.kind === 'grpc') {
    return { grpcService: { envoyGrpc: { clusterName: cluster, authority: host }, timeout } }
  }
  const headersToAdd = unlessEmpty(
    provider.headersToAdd.map(([key, value]) => compact({ key, value: value || undefined })),
  )
  return {
    httpService: compact({
      pathPrefix: provider.pathPrefix || undefined,
      serverUri: { uri: `http://${host}`, cluster, timeout },
      authorizationRequest: headersToAdd && { headersToAdd },
      authorizationResponse: responseHeaders(provider),
    }),
    allowedHeaders: headerPatterns(provider.allowedHeaders),
  }
}

/** Protobuf does not print the status 0. */
const statusMessage = (code: string): EnvoyMessage => (code === 'Empty' ? {} : { code })

const requestFields = ({ statusOnError, body }: ExternalProvider): EnvoyMessage => ({
  statusOnError: statusOnError === undefined ? undefined : statusMessage(statusOnError),
  withRequestBody:
    body &&
    compact({
      maxRequestBytes: body.maximum || undefined,
      allowPartialMessage: body.allowPartial || undefined,
      packAsBytes: body.asBytes || undefined,
    }),
})

function external({ rulePrefix, provider }: ExternalPlan, kind: FilterKind): Extension {
  const { name, type } = FILTERS[kind].external
  return {
    name,
    typedConfig: compact({
      '@type': type,
      ...(kind === 'tcp' ? { statPrefix: TCP_STATS } : requestFields(provider)),
      failureModeAllow: provider.failOpen || undefined,
      ...serviceFields(provider),
      transportApiVersion: 'V3',
      filterEnabledMetadata: {
        filter: FILTERS[kind].rbac.name,
        path: [{ key: SHADOW_RESULT }],
        value: { stringMatch: { prefix: rulePrefix } },
      },
    }),
  }
}

/** The filters of connection managers, or of TCP chains. */
export const authorizationFilters = (
  plans: readonly AuthorizationFilterPlan[],
  kind: FilterKind,
): readonly Extension[] => plans.map((plan) => (plan.kind === 'rbac' ? rbac(plan, kind) : external(plan, kind)))
