/** The authorization filters of a proxy (pilot/pkg/security/authz/builder/builder.go). */

import { compareBytes } from '../../../common/bytes.ts'
import { groupBy } from '../../../common/collections.ts'
import { parseGoBool } from '../../../common/go-bool.ts'
import { ANNOTATIONS } from '../../../common/istio-names.ts'
import { quoteMeta } from '../../../derivation/quote-meta.ts'
import type { AuthorizationPolicyResource } from '../../../kinds/index.ts'
import type { AuthorizationAction } from '../../../kinds/messages/authorization-policy.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { attachmentOf, policiesOf } from '../../policy/attachment.ts'
import { ANY, type RulePlan } from './conditions.ts'
import { type ExternalProvider, externalProviderOf } from './external.ts'
import { type FilterKind, planRule, type RuleContext } from './rules.ts'
import { type TrustDomains, trustDomainsOf } from './trust-domains.ts'
import { asWritten } from './values.ts'

/** Rules by name. */
export type Rules = ReadonlyMap<string, RulePlan>

/** A filter that evaluates rules. */
export interface RbacPlan {
  readonly kind: 'rbac'
  readonly action: 'ALLOW' | 'DENY' | 'LOG'
  /** Enforced; undefined when there are none, which is not the same as no rules. */
  readonly rules: Rules | undefined
  /** Only evaluated. */
  readonly shadowRules: Rules | undefined
  /** Of the statistics and metadata of shadow rules; '' for none. */
  readonly shadowPrefix: string
}

/** A filter that asks a service. */
export interface ExternalPlan {
  readonly kind: 'external'
  /** The start of the names of the rules for which it asks. */
  readonly rulePrefix: string
  readonly provider: ExternalProvider
}

export type AuthorizationFilterPlan = RbacPlan | ExternalPlan

/** The filters of connection managers, or of TCP chains. */
export interface AuthorizationFilters {
  /** Those of the action CUSTOM. */
  readonly custom: readonly AuthorizationFilterPlan[]
  /** Those of the other actions. */
  readonly own: readonly AuthorizationFilterPlan[]
}

export interface AuthorizationPlan {
  readonly http: AuthorizationFilters
  readonly tcp: AuthorizationFilters
  /** The policies that apply. */
  readonly policies: readonly AuthorizationPolicyResource[]
}

const SHADOW_ALLOW = 'istio_dry_run_allow_'
const SHADOW_DENY = 'istio_dry_run_deny_'
const SHADOW_EXTERNAL = 'istio_ext_authz_'
const EXTERNAL = 'istio-ext-authz'
const BAD_SUFFIX = '-deny-due-to-bad-CUSTOM-action'
const SEVERAL_PROVIDERS = 'PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS'

/** Never holds: what a policy without rules asks for. */
const NEVER: RulePlan = {
  permissions: [{ kind: 'not', condition: ANY }],
  principals: [{ kind: 'not', condition: ANY }],
}

const FILTER_ACTIONS = { ALLOW: 'ALLOW', DENY: 'DENY', AUDIT: 'LOG' } as const

export const isDryRun = ({ meta }: Pick<AuthorizationPolicyResource, 'meta'>): boolean =>
  parseGoBool(meta.annotations.get(ANNOTATIONS.dryRun) ?? '') === true

/** The name of a rule in filters. */
function ruleName({ meta }: Pick<AuthorizationPolicyResource, 'meta'>, index: number): string {
  return `ns[${meta.namespace}]-policy[${meta.name}]-rule[${index}]`
}

/** Plans the filters of one kind. */
class Planner {
  readonly #view: ProxyView
  readonly #kind: FilterKind
  readonly #trustDomains: TrustDomains
  readonly #quotes: RuleContext['quotes']

  constructor(view: ProxyView, kind: FilterKind) {
    this.#view = view
    this.#kind = kind
    const { mesh, features } = view.registry.snapshot
    this.#trustDomains = trustDomainsOf(mesh)
    this.#quotes = {
      accounts: features.has('literal-accounts') ? quoteMeta : asWritten,
      identities: features.has('literal-identities') ? quoteMeta : asWritten,
    }
  }

  filters(policies: ReadonlyMap<AuthorizationAction, readonly AuthorizationPolicyResource[]>): AuthorizationFilters {
    const own = (['AUDIT', 'DENY', 'ALLOW'] as const).flatMap((action) => {
      const found = policies.get(action)
      return found ? [this.#own(action, found)] : []
    })
    return { custom: this.#custom(policies.get('CUSTOM') ?? []), own }
  }

  /** @param prefix of the names of rules */
  #rules(policies: readonly AuthorizationPolicyResource[], strict: boolean, prefix = ''): Rules {
    const rules = new Map<string, RulePlan>()
    for (const policy of policies) {
      const { namespace } = policy.meta
      const context = {
        kind: this.#kind,
        namespace,
        trustDomains: this.#trustDomains,
        quotes: this.#quotes,
        strict,
      }
      for (const [index, rule] of policy.spec.rules.entries()) {
        const planned = planRule(rule, context)
        if (planned) rules.set(prefix + ruleName(policy, index), planned)
      }
      if (policy.spec.rules.length === 0) rules.set(prefix + ruleName(policy, 0), NEVER)
    }
    return rules
  }

  #own(action: keyof typeof FILTER_ACTIONS, policies: readonly AuthorizationPolicyResource[]): RbacPlan {
    const dryRuns = policies.filter(isDryRun)
    const enforced = policies.filter((policy) => !isDryRun(policy))
    const rulesOf = (some: readonly AuthorizationPolicyResource[]) =>
      some.length > 0 ? this.#rules(some, action === 'ALLOW') : undefined
    return {
      kind: 'rbac',
      action: FILTER_ACTIONS[action],
      rules: rulesOf(enforced),
      shadowRules: rulesOf(dryRuns),
      shadowPrefix: action === 'DENY' && dryRuns.length > 0 ? SHADOW_DENY : SHADOW_ALLOW,
    }
  }

  #custom(policies: readonly AuthorizationPolicyResource[]): readonly AuthorizationFilterPlan[] {
    if (policies.length === 0) return []
    const { features } = this.#view.registry.snapshot
    const byProvider = [...groupBy(policies, ({ spec }) => spec.provider?.name ?? '')].sort(([a], [b]) =>
      compareBytes(a, b),
    )
    if (!features.has('providers-by-name')) {
      const [[only = ''] = []] = byProvider
      return this.#ofProvider(EXTERNAL, policies, byProvider.length > 1 ? undefined : only)
    }
    const tooMany = byProvider.length > 1 && !flag(features.env, SEVERAL_PROVIDERS, false)
    return byProvider.flatMap(([name, own]) => this.#ofProvider(`${EXTERNAL}-${name}`, own, tooMany ? undefined : name))
  }

  /**
   * @param prefix of the names of rules
   * @param name of the provider; undefined for one that cannot be used
   */
  #ofProvider(
    prefix: string,
    policies: readonly AuthorizationPolicyResource[],
    name: string | undefined,
  ): readonly AuthorizationFilterPlan[] {
    const rules = this.#rules(policies, false, `${prefix}-`)
    const provider = name === undefined ? undefined : externalProviderOf(this.#view, name)
    if (!provider) return [denyAll(rules)]
    if (this.#kind === 'tcp' && provider.kind === 'http') return []
    return [
      { kind: 'rbac', action: 'DENY', rules: undefined, shadowRules: rules, shadowPrefix: SHADOW_EXTERNAL },
      { kind: 'external', rulePrefix: prefix, provider },
    ]
  }
}

/** Denies what an unusable provider should have decided. */
function denyAll(rules: Rules): RbacPlan {
  const named = new Map([...rules].map(([name, rule]) => [name + BAD_SUFFIX, rule]))
  return { kind: 'rbac', action: 'DENY', rules: named, shadowRules: undefined, shadowPrefix: '' }
}

/** The AuthorizationPolicies that apply to a proxy. */
const authorizationPolicies = (view: ProxyView): readonly AuthorizationPolicyResource[] =>
  policiesOf(view, view.registry.snapshot.istio.authorizationPolicies, 'root-first', attachmentOf)

/** Plans the authorization filters of a proxy; undefined when no policy applies to it. */
export function planAuthorization(view: ProxyView): AuthorizationPlan | undefined {
  const policies = authorizationPolicies(view)
  if (policies.length === 0) return undefined
  const byAction = groupBy(policies, ({ spec }) => spec.action)
  return {
    http: new Planner(view, 'http').filters(byAction),
    tcp: new Planner(view, 'tcp').filters(byAction),
    policies,
  }
}
