/** Virtual hosts of a router's route configuration (core/gateway.go buildGatewayHTTPRouteConfig). */

import { compareBytes } from '../../../common/bytes.ts'
import { joinHostPort } from '../../../common/names.ts'
import { isWildcard } from '../../../scope/hosts.ts'
import type { VirtualServiceView } from '../../../scope/view.ts'
import type { Origin } from '../../facts.ts'
import { isCatchAll, type RoutePlan, type VirtualHostPlan } from '../../routes/index.ts'

/** The routes that one VirtualService gives one Gateway: made once, so that equal ones are the same object. */
export interface RouteGroup {
  readonly virtualService: VirtualServiceView
  readonly routes: readonly RoutePlan[]
}

/** A virtual host while servers add to it. */
export interface HostPlan {
  /** In lower case. */
  readonly host: string
  /** Of the Gateway's server that came first. */
  readonly port: number
  readonly groups: RouteGroup[]
  readonly origins: Origin[]
  requiresTls: boolean
}

/** Plain hosts before wildcards, long before short, then by their letters (pkg/config/host MoreSpecific). */
function bySpecificity({ host: a }: HostPlan, { host: b }: HostPlan): number {
  return Number(isWildcard(a)) - Number(isWildcard(b)) || b.length - a.length || compareBytes(a, b)
}

interface CollapsedHost {
  readonly plan: HostPlan
  readonly domains: string[]
}

/** Numbers route groups, so that lists of them can be compared. */
class GroupNumbers {
  readonly #numbers = new Map<RouteGroup, number>()

  keyOf({ groups }: HostPlan): string {
    return groups.map((group) => this.#numberOf(group)).join(',')
  }

  #numberOf(group: RouteGroup): number {
    const number = this.#numbers.get(group) ?? this.#numbers.size
    this.#numbers.set(group, number)
    return number
  }
}

/** Hosts with the very same routes become one virtual host, named by the most specific of them. */
function collapse(plans: readonly HostPlan[]): readonly CollapsedHost[] {
  const numbers = new GroupNumbers()
  const latest = new Map<string, CollapsedHost>()
  const out: CollapsedHost[] = []
  for (const plan of [...plans].sort(bySpecificity)) {
    const key = numbers.keyOf(plan)
    const known = latest.get(key)
    if (known && known.plan.requiresTls === plan.requiresTls) {
      known.domains.push(plan.host)
      known.plan.origins.push(...plan.origins)
      continue
    }
    const host = { plan, domains: [plan.host] }
    latest.set(key, host)
    out.push(host)
  }
  return out
}

/** What takes every request comes last. */
function orderedRoutes({ groups }: HostPlan): readonly RoutePlan[] {
  const routes = groups.flatMap((group) => group.routes)
  return [...routes.filter((route) => !isCatchAll(route)), ...routes.filter(isCatchAll)]
}

function planVirtualHost({ plan, domains }: CollapsedHost, attemptCount: boolean): VirtualHostPlan {
  return {
    name: joinHostPort(plan.host, plan.port),
    domains,
    routes: orderedRoutes(plan),
    requiresTls: plan.requiresTls,
    attemptCount,
    origins: plan.origins,
  }
}

export interface VirtualHostOptions {
  /** Tell the workload how often a request was tried. */
  readonly attemptCount: boolean
  /** Hosts with the same routes share a virtual host. */
  readonly collapses: boolean
}

/** @returns in the order of their names */
export function gatewayVirtualHosts(plans: readonly HostPlan[], options: VirtualHostOptions): VirtualHostPlan[] {
  const hosts = options.collapses ? collapse(plans) : plans.map((plan) => ({ plan, domains: [plan.host] }))
  return hosts.map((host) => planVirtualHost(host, options.attemptCount)).sort((a, b) => compareBytes(a.name, b.name))
}

/** Answers every request with 404. */
export function blackholeHost(port: number, origins: readonly Origin[]): VirtualHostPlan {
  const name = joinHostPort('blackhole', port)
  return { name, domains: ['*'], routes: [], requiresTls: false, attemptCount: false, origins }
}
