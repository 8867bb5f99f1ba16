/** Route configurations: hosts that come, go, or are routed elsewhere. */
import { EMPTY_MAP } from '../../../common/collections.ts'
import { outboundClusterName } from '../../../common/names.ts'
import type { Origin } from '../../../envoy/explained.ts'
import type { ExplainedRouteConfiguration, ExplainedVirtualHost } from '../../../envoy/routes/index.ts'
import type { Route, RouteConfiguration, VirtualHost } from '../../../simulation/resources.ts'
import { virtualHostOf } from '../../../simulation/steps/virtual-host.ts'
import type { JsonValue } from '../../../sources/document.ts'
import type { Changed, ComparedProxy, ResourceName, Sides } from '../../model.ts'
import { type Fields, fieldsOf } from '../aspects.ts'
import { type Draft, type Phrase, sourcesOf } from '../draft.ts'
import type { Told } from '../told.ts'
import { listText, type Place } from '../words/names.ts'
import { leafTexts, received } from '../words/values.ts'
import { actionOf } from './actions.ts'
import { conditionsText } from './conditions.ts'
import { newRoutePhrases, ruleText } from './route.ts'
import { type RoutePhrase, routesPhrases } from './routes.ts'

/** A virtual host of one side with its origins. */
interface Host {
  readonly resource: VirtualHost
  readonly explained: ExplainedVirtualHost
}

/** One side of a route configuration. */
interface Configuration {
  readonly resource: RouteConfiguration
  readonly hosts: ReadonlyMap<string, Host>
  readonly origins: readonly Origin[]
}

/** Stands for every host that no other virtual host has. */
const UNKNOWN_HOSTS = 'unknown hosts'

/** A Gateway may have `*` as a host of its own. */
const isForUnknownHosts = ({ name, domains }: VirtualHost): boolean =>
  domains.length === 1 && domains[0] === '*' && !name.startsWith('*')

/** An EnvoyFilter can add a virtual host without a name and domains, and a route without a match. */
function completed(host: VirtualHost): VirtualHost {
  const routes = host.routes?.map((route) => ({ ...route, match: route.match ?? {} }))
  return { ...host, name: host.name ?? '', domains: host.domains ?? [], ...(routes && { routes }) }
}

function configurationOf(explained: ExplainedRouteConfiguration | undefined): Configuration {
  if (!explained) return { resource: { name: '' }, hosts: EMPTY_MAP, origins: [] }
  const resource = received<RouteConfiguration>(explained.resource)
  const hosts = (resource.virtualHosts ?? []).map((written, index): [string, Host] => {
    const host = completed(written)
    const name = isForUnknownHosts(host) ? UNKNOWN_HOSTS : host.name
    return [name, { resource: host, explained: explained.virtualHosts[index] as ExplainedVirtualHost }]
  })
  return { resource, hosts: new Map(hosts), origins: explained.origins }
}

const HOST_AND_PORT = /^(.*):(\d+)$/s

/** What a virtual host is for, from its name `HOST:PORT`. */
function placeOf(virtualHost: VirtualHost): Place {
  if (isForUnknownHosts(virtualHost)) return { host: UNKNOWN_HOSTS }
  const [, host, port] = HOST_AND_PORT.exec(virtualHost.name) ?? []
  return host === undefined ? { host: virtualHost.name } : { host, port: Number(port) }
}

const LEAD = 'requests for '

/** A name with its final dot, which many hosts get or lose together. */
const dotted = (hosts: readonly string[], isNew: boolean, { host }: Place): Phrase[] => {
  if (!hosts.includes(`${host}.`)) return []
  const rest = ` with a final dot are ${isNew ? 'now' : 'no longer'} routed like those without`
  return [{ kind: 'route-change', lead: LEAD, rest }]
}

function domainPhrases(before: VirtualHost, after: VirtualHost, place: Place): readonly Phrase[] {
  const [old, now] = [new Set(before.domains), new Set(after.domains)]
  const gone = before.domains.filter((domain) => !now.has(domain))
  const come = after.domains.filter((domain) => !old.has(domain))
  if (gone.length + come.length === 0) return []
  const like = (hosts: readonly string[], when: string): Phrase[] => {
    const others = hosts.filter((host) => host !== `${place.host}.`)
    const lead = `${LEAD}${listText(others)} are ${when} routed like those for `
    return others.length === 0 ? [] : [{ kind: 'route-change', lead, rest: '' }]
  }
  return [...dotted(come, true, place), ...like(come, 'now'), ...dotted(gone, false, place), ...like(gone, 'no longer')]
}

function tlsPhrases(before: VirtualHost, after: VirtualHost): readonly Phrase[] {
  if (before.requireTls === after.requireTls) return []
  const rest = after.requireTls
    ? ' without TLS are redirected to https (before: accepted)'
    : ' without TLS are accepted (before: redirected to https)'
  return [{ kind: 'route-change', lead: LEAD, rest }]
}

const SAID = ['name', 'domains', 'routes', 'requireTls']

function otherPhrases(before: object, after: object, said: readonly string[]): readonly Phrase[] {
  const names = Object.keys({ ...before, ...after }).filter((name) => !said.includes(name))
  const [was, is] = [fieldsOf(before as Fields, names), fieldsOf(after as Fields, names)]
  return leafTexts(was as JsonValue, is as JsonValue).map((text) => ({
    kind: 'resource-change',
    lead: LEAD,
    rest: `: ${text}`,
  }))
}

/** The origins of a route of a host; of the host itself if it has none of its own. */
function originsOf(host: Host | undefined, route: Route | undefined): readonly Origin[] {
  if (!host) return []
  const index = route === undefined ? -1 : (host.resource.routes?.indexOf(route) ?? -1)
  const own = host.explained.routes[index]?.origins ?? []
  return [...own, ...host.explained.origins]
}

/** Whether a host has one route, which only leads to its own cluster. */
function isPlain({ routes = [] }: VirtualHost, { host, port }: Place): boolean {
  const [route] = routes
  return routes.length === 1 && port !== undefined && route?.route?.cluster === outboundClusterName(port, '', host)
}

class ConfigurationDiff {
  readonly drafts: Draft[] = []
  readonly #resource: ResourceName
  readonly #sides: Sides<Configuration>
  readonly #views: ComparedProxy['views']
  readonly #told: Told
  /** Whether a sentence explains the resource. */
  #isSaid = false

  constructor(
    { name, before, after }: Changed<ExplainedRouteConfiguration>,
    views: ComparedProxy['views'],
    told: Told,
    covered: ReadonlySet<string>,
  ) {
    this.#resource = { kind: 'rds', name }
    this.#views = views
    this.#sides = { before: configurationOf(before), after: configurationOf(after) }
    this.#told = told
    const { before: old, after: now } = this.#sides
    for (const [key, host] of now.hosts) {
      const was = old.hosts.get(key)
      if (was) this.#changed(was, host)
      else this.#come(host)
    }
    for (const [key, host] of old.hosts) if (!now.hosts.has(key)) this.#gone(host)
    if (before && after) this.#configuration()
    else if (!this.#isSaid && !covered.has(name)) this.#alone(after !== undefined)
  }

  /** A configuration without hosts of its own that comes or goes. */
  #alone(isNew: boolean): void {
    const { before, after } = this.#sides
    const place = { host: this.#resource.name, noun: 'route configuration' }
    this.#add(
      [{ kind: 'route-change', lead: '', rest: isNew ? ': new' : ': removed' }],
      place,
      before.origins,
      after.origins,
    )
  }

  #add(phrases: readonly Phrase[], place: Place, was: readonly Origin[], is: readonly Origin[]): void {
    this.#isSaid ||= phrases.length > 0
    const sources = { before: sourcesOf(was), after: sourcesOf(is) }
    for (const phrase of phrases) {
      this.drafts.push({ ...phrase, subject: 'route', place, sources, covers: [this.#resource] })
    }
  }

  /** A VirtualService also routes its hosts on ports that only other services have. */
  #placeOf(host: VirtualHost): Place {
    const place = placeOf(host)
    const { before, after } = this.#views
    const service = (after ?? before)?.serviceByHost.get(place.host)
    const isGhost = service !== undefined && !service.ports.some(({ number }) => number === place.port)
    return isGhost ? { ...place, isGhost } : place
  }

  #ghost(place: Place, host: Host, isNew: boolean): void {
    const [route] = host.resource.routes ?? []
    const rule = route ? ruleText(route) : 'no VirtualService'
    const rest = `, a port that the service does not have, are ${isNew ? 'now' : 'no longer'} routed by ${rule}`
    const origins = host.explained.origins
    this.#add([{ kind: 'route-change', lead: LEAD, rest }], place, isNew ? [] : origins, isNew ? origins : [])
  }

  #changed(was: Host, is: Host): void {
    const place = this.#placeOf(is.resource)
    const [before, after] = [was.resource, is.resource]
    for (const phrase of routesPhrases(before.routes ?? [], after.routes ?? [], place)) {
      this.#addRoute(phrase, place, was, is)
    }
    // The virtual host for unknown hosts is named after what it does with them.
    const said = this.#isSaid ? SAID : SAID.filter((name) => name !== 'name')
    const others = [
      ...domainPhrases(before, after, place),
      ...tlsPhrases(before, after),
      ...otherPhrases(before, after, said),
    ]
    this.#add(others, place, was.explained.origins, is.explained.origins)
  }

  #addRoute({ was: old, is: now, ...phrase }: RoutePhrase, place: Place, was: Host, is: Host): void {
    this.#add([phrase], place, originsOf(was, old), originsOf(is, now))
  }

  /** A host that this side did not route by itself. */
  #come(host: Host): void {
    const place = this.#placeOf(host.resource)
    const isTold = this.#told.cover(place, this.#resource)
    this.#isSaid ||= isTold
    if (isTold && isPlain(host.resource, place)) return
    if (place.host === UNKNOWN_HOSTS && this.#isUnnoticed(host, this.#sides.before)) return
    if (place.isGhost) {
      if (this.#sides.before.hosts.size > 0) this.#ghost(place, host, true)
      return
    }
    const former = this.#takerIn(this.#sides.before, host)
    const routes = host.resource.routes ?? []
    if (former?.routes && former.routes.length > 0 && placeOf(former).host !== UNKNOWN_HOSTS) {
      for (const phrase of routesPhrases(former.routes, routes, place)) {
        const { was: _was, is: now, ...words } = phrase
        this.#add([words], place, [], originsOf(host, now))
      }
      return
    }
    const [unknown] = former?.routes ?? []
    for (const route of routes) {
      const phrases = newRoutePhrases(route, place, conditionsText(route.match), unknown)
      this.#add(phrases, place, [], originsOf(host, route))
    }
  }

  #gone(host: Host): void {
    const place = this.#placeOf(host.resource)
    if (this.#told.cover(place, this.#resource)) {
      this.#isSaid = true
      return
    }
    if (place.host === UNKNOWN_HOSTS && this.#isUnnoticed(host, this.#sides.after)) return
    if (place.isGhost) {
      if (this.#sides.after.hosts.size > 0) this.#ghost(place, host, false)
      return
    }
    const taker = this.#takerIn(this.#sides.after, host)
    const [first] = taker?.routes ?? []
    const unrouted = this.#sides.after.hosts.size > 0 ? ' are no longer routed (status 404)' : ' are no longer routed'
    const rest = first ? ` now ${actionText(first, place)}` : unrouted
    this.#add([{ kind: 'route-change', lead: LEAD, rest }], place, host.explained.origins, [])
  }

  /** Whether it makes no difference to unknown hosts that one side has a virtual host for them. */
  #isUnnoticed({ resource }: Host, { hosts }: Configuration): boolean {
    return hosts.size === 0 || (resource.routes ?? []).length === 0
  }

  /** The virtual host of the other side that takes the requests of one that it does not have. */
  #takerIn({ resource }: Configuration, host: Host): VirtualHost | undefined {
    const [domain = ''] = host.resource.domains
    return domain === '' ? undefined : virtualHostOf(resource, domain.replace(/^\*/, 'x'))
  }

  #configuration(): void {
    const { before, after } = this.#sides
    const phrases = otherPhrases(before.resource, after.resource, ['name', 'virtualHosts'])
    const place = { host: `routes of ${this.#resource.name}` }
    this.#add(
      phrases.map((phrase) => ({ ...phrase, lead: '' })),
      place,
      before.origins,
      after.origins,
    )
  }
}

function actionText(route: Route, place: Place): string {
  const { verb, object } = actionOf(route, place)
  return `${verb} ${object}`
}

/**
 * Everything that changes for requests, except for hosts that have a sentence already and no more than a default route.
 * @param covered the configurations that come and go with a listener that has a sentence
 */
export function routeDrafts(
  changes: readonly Changed<ExplainedRouteConfiguration>[],
  views: ComparedProxy['views'],
  told: Told,
  covered: ReadonlySet<string>,
): readonly Draft[] {
  return changes.flatMap((change) => new ConfigurationDiff(change, views, told, covered).drafts)
}
