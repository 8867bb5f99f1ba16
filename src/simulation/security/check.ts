/** What the filters of a chain that check connections and requests decide, in their order. */
import type { Origin } from '../../envoy/explained.ts'
import type { Connection } from '../connection.ts'
import type { Filter } from '../resources.ts'
import type { Ending, Step } from '../step.ts'
import { checkedConnection, policyHolds } from './conditions.ts'
import type { RbacRules, SecurityConfig } from './resources.ts'
import { checkToken } from './tokens.ts'

/** The way through these filters. */
export interface Check {
  readonly steps: readonly Step[]
  /** Set if the proxy refuses the connection or request. */
  readonly ending: Ending | undefined
  /** What goes on, with the claims of its token. */
  readonly connection: Connection
}

const RBAC = /^envoy\.filters\.(?:http|network)\.rbac$/
const EXTERNAL = /^envoy\.filters\.(?:http|network)\.ext_authz$/
const TOKENS = 'envoy.filters.http.jwt_authn'
const RULE = /ns\[([^\]]*)\]-policy\[([^\]]*)\]-rule\[(\d+)\]/
const EXTERNAL_RULE = /^istio-ext-authz-(.*)$/
const FORBIDDEN = 403

interface Found {
  /** The first rule that holds, by name; undefined for none. */
  readonly rule: string | undefined
  /** Another rule that may hold; undefined for none. */
  readonly perhaps: string | undefined
  /** What that depends on, which is not known. */
  readonly unknown: readonly string[]
}

/** Evaluates rules; Envoy keeps them in the order of their names. */
function firstRule({ policies = {} }: RbacRules, connection: Connection): Found {
  const checked = checkedConnection(connection)
  const names = Object.keys(policies).sort()
  const results = names.map((name) => policyHolds(policies[name] ?? {}, checked))
  const perhaps = names[results.indexOf(undefined)]
  return { rule: names[results.indexOf(true)], perhaps, unknown: perhaps === undefined ? [] : [...checked.unknown] }
}

/** The rule in words and its place, from the origins of the chain. */
function ruleOrigin(name: string, why: string, origins: readonly Origin[]): Origin {
  const [, namespace = '', policy = '', index = '0'] = RULE.exec(name) ?? []
  const what = `AuthorizationPolicy ${namespace}/${policy}`
  const known = origins.find((origin) => origin.what === what)
  return { what: `${what} rule ${index}`, location: known?.location?.child('rules', Number(index)), why }
}

const unknownText = ({ unknown }: Found): string =>
  unknown.length > 0 ? `; another rule depends on ${unknown.join(' and ')}, which is not known` : ''

/** The provider in the name of a rule of a CUSTOM policy. */
const providerOf = (rule: string): string =>
  EXTERNAL_RULE.exec(rule.replace(RULE, ''))?.[1]?.replace(/-$/, '') ?? 'its provider'

class Checker {
  readonly steps: Step[] = []
  ending: Ending | undefined
  connection: Connection
  readonly #origins: readonly Origin[]
  /** The shadow rule that holds, for filters that ask a service. */
  #external: Found | undefined

  constructor(connection: Connection, origins: readonly Origin[]) {
    this.connection = connection
    this.#origins = origins
  }

  filter({ name, typedConfig }: Filter): void {
    const config: SecurityConfig = typedConfig ?? {}
    if (name === TOKENS) this.#tokens(config)
    else if (EXTERNAL.test(name)) this.#askService()
    else if (RBAC.test(name)) this.#rbac(config)
  }

  #step(result: string, reason: string, origins: readonly Origin[]): void {
    this.steps.push({ stage: 'authorization', result, reason, origins })
  }

  #refuse(reason: string, origins: readonly Origin[], status: number): void {
    this.#step('refused', reason, origins)
    const http = this.connection.http !== undefined
    this.ending = { outcome: 'refused', ...(http && { status }), text: reason }
  }

  #tokens(config: SecurityConfig): void {
    const { http } = this.connection
    if (!http) return
    const { request, refusal, text } = checkToken(config, http)
    const origins = this.#origins.filter(({ role }) => role === 'tokens')
    if (refusal) {
      this.#refuse(refusal.text, origins, refusal.status)
      return
    }
    if (http.token) this.#step('token accepted', text, origins)
    this.connection = { ...this.connection, http: request }
  }

  /** What the provider answers is not known, so the connection goes on with the provider as a condition. */
  #askService(): void {
    const found = this.#external
    this.#external = undefined
    const rule = found?.rule ?? found?.perhaps
    if (!found || rule === undefined) return
    const provider = providerOf(rule)
    const why = `the provider ${provider} decides about what this rule matches`
    const reason =
      found.rule === undefined
        ? `the rule depends on ${found.unknown.join(' and ')}, which is not known; if it matches, ${provider} decides`
        : `${provider} decides; the trace shows what happens if it allows the request`
    this.steps.push({
      stage: 'authorization',
      result: `${found.rule === undefined ? 'may ask' : 'asks'} the provider ${provider}`,
      reason,
      origins: [ruleOrigin(rule, why, this.#origins)],
      asks: [provider],
    })
  }

  #rbac({ rules, shadowRules }: SecurityConfig): void {
    if (shadowRules) this.#external = firstRule(shadowRules, this.connection)
    if (!rules) return
    const found = firstRule(rules, this.connection)
    if (rules.action === 'DENY') this.#deny(found)
    else if (rules.action === undefined || rules.action === 'ALLOW') this.#allow(found)
  }

  #deny(found: Found): void {
    if (found.rule === undefined) {
      if (found.unknown.length > 0) this.#step('not denied', `no DENY rule matches${unknownText(found)}`, [])
      return
    }
    const origin = ruleOrigin(found.rule, 'this rule refuses it', this.#origins)
    const bad = found.rule.endsWith('-deny-due-to-bad-CUSTOM-action')
    const why = bad ? 'denies, because its provider cannot be used' : 'denies'
    this.#refuse(`${origin.what} ${why}`, [origin], FORBIDDEN)
  }

  #allow(found: Found): void {
    if (found.rule !== undefined) {
      const origin = ruleOrigin(found.rule, 'this rule lets it in', this.#origins)
      this.#step('allowed', `${origin.what} allows it`, [origin])
      return
    }
    const allowers = this.#origins.filter(({ role }) => role === 'ALLOW')
    const names = allowers.map(({ what }) => what).join(', ')
    const text = `no rule of the ALLOW policies matches${names === '' ? '' : ` (${names})`}${unknownText(found)}`
    this.#refuse(text, allowers, FORBIDDEN)
  }
}

/**
 * Follows a connection or request through the filters of a chain or connection manager.
 * @param origins of the chain: they name the policies
 */
export function checkSecurity(
  filters: readonly Filter[] | undefined,
  connection: Connection,
  origins: readonly Origin[],
): Check {
  const checker = new Checker(connection, origins)
  for (const filter of filters ?? []) {
    if (checker.ending) break
    checker.filter(filter)
  }
  return { steps: checker.steps, ending: checker.ending, connection: checker.connection }
}
