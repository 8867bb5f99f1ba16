/** Virtual hosts of a router's route configuration (core/gateway.go buildGatewayHTTPRouteConfig). */

import { compareBytes } from '../../../common/bytes.ts'
import { joinHostPort } from '../../../common/names.ts'
import { isWildcard } from '../../../scope/hosts.ts'
import type { VirtualServiceView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { isCatchAll, type RoutePlan, type VirtualHostPlan } from '../../routes/index.ts'

/** The routes of one VirtualService on one Gateway, created once so that equal routes are the same object. */
export interface RouteGroup {
  readonly virtualService: VirtualServiceView
  readonly routes: readonly RoutePlan[]
}

/** A virtual host to which servers still add. */
export interface HostPlan {
  /** In lower case. */
  readonly host: string
  /** The port of the first Gateway server. */
  readonly port: number
  readonly groups: RouteGroup[]
  readonly origins: Origin[]
  requiresTls: boolean
}

/** Exact hosts before wildcards, longer before shorter, then alphabetical (pkg/config/host MoreSpecific). */
function bySpecificity({ host: a }: HostPlan, { host: b }: HostPlan): number {
  return Number(isWildcard(a)) - Number(isWildcard(b)) || b.length - a.length || compareBytes(a, b)
}

interface CollapsedHost {
  readonly plan: HostPlan
  readonly domains: string[]
}

/** Numbers route groups, so that lists of them can be compared as strings. */
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

/** Combines hosts with the same routes into one virtual host, named by the most specific one. */
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

/** Routes that match every request come last. */
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
  /** Whether the workload receives the number of attempts. */
  readonly attemptCount: boolean
  /** Whether hosts with the same routes share a virtual host. */
  readonly collapses: boolean
}

/** @returns sorted by name */
export function gatewayVirtualHosts(plans: readonly HostPlan[], options: VirtualHostOptions): VirtualHostPlan[] {
  const hosts = options.collapses ? collapse(plans) : plans.map((plan) => ({ plan, domains: [plan.host] }))
  return hosts.map((host) => planVirtualHost(host, options.attemptCount)).sort((a, b) => compareBytes(a.name, b.name))
}

/** Answers every request with 404. */
export function blackholeHost(port: number, origins: readonly Origin[]): VirtualHostPlan {
  const name = joinHostPort('blackhole', port)
  return { name, domains: ['*'], routes: [], requiresTls: false, attemptCount: false, origins }
}
