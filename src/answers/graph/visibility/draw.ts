/** Namespaces and the hosts that they see, as boxes. */
import { groupBy } from '../../../common/collections.ts'
import { describeResource } from '../../../kinds/resource.ts'
import { type Service, serviceLocation } from '../../../registry/service.ts'
import { fileAndLine } from '../../../resources/problems.ts'
import { counted, foldedItems, GraphBuilder } from '../builder.ts'
import type { Audience } from './audiences.ts'
import type { HostVerdict } from './host.ts'
import { audienceName, namespaceLines, namesText } from './namespaces.ts'

/** How many of each are drawn. */
const MOST_AUDIENCES = 8
const MOST_OWNERS = 4
const MOST_HOSTS = 6
/** Up to so many hosts of a box have their objects and lines. */
const MOST_DECLARED = 3

/** What a box says of hosts of a namespace: where a few of them are declared, or the names of many. */
function hostLines(services: readonly Service[]): { readonly lines: readonly string[]; readonly more: number } {
  if (services.length <= MOST_DECLARED) {
    const linesOf = (service: Service) => [
      service.hostname,
      `${describeResource(service.source)}, ${fileAndLine(serviceLocation(service))}`,
    ]
    return { lines: services.flatMap(linesOf), more: 0 }
  }
  const { shown, more } = foldedItems(services, MOST_HOSTS)
  const rest = more > 0 ? [`and ${counted(more, 'more host')}`] : []
  return { lines: [...shown.map(({ hostname }) => hostname), ...rest], more }
}

/** `exportTo: .` if all of the services state the same. */
function exportLine(services: readonly Service[]): readonly string[] {
  const texts = new Set(services.map(({ exportTo }) => [...exportTo].join(', ')))
  const [text = ''] = texts
  return texts.size === 1 && text !== '' ? [`exportTo: ${text}`] : []
}

const hostsOf = ({ services }: Audience): number => services.length

/** Hosts that every namespace sees first, then those that none sees, then the others by their number. */
function sorted(audiences: readonly Audience[], all: readonly string[]): readonly Audience[] {
  const rank = ({ namespaces }: Audience) => (namespaces.length === all.length ? 0 : namespaces.length === 0 ? 1 : 2)
  return [...audiences].sort(
    (a, b) => rank(a) - rank(b) || hostsOf(b) - hostsOf(a) || (a.namespaces.join() < b.namespaces.join() ? -1 : 1),
  )
}

export interface Drawn {
  readonly graph: GraphBuilder
  /** What is left out. */
  readonly folded: readonly string[]
}

class VisibilityDrawing implements Drawn {
  readonly graph = new GraphBuilder()
  readonly folded: string[] = []

  /** @param others why other namespaces do not see the first host */
  audience({ namespaces, services }: Audience, all: readonly string[], others: readonly string[]): void {
    const { graph } = this
    const name = audienceName(namespaces, all)
    const tone = namespaces.length === 0 ? 'bad' : undefined
    const from = graph.box([...namespaceLines(namespaces, all), ...others], tone)
    const owners = [...groupBy(services, ({ namespace }) => namespace)].sort(
      ([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1),
    )
    const { shown, more } = foldedItems(owners, MOST_OWNERS)
    for (const [owner, own] of shown) {
      const hosts = hostLines(own)
      const head = `${counted(own.length, 'host')} of ${owner}`
      graph.arrow(from, graph.box([head, ...hosts.lines, ...exportLine(own)], tone), tone ? { tone } : {})
      if (hosts.more > 0) this.folded.push(`${counted(hosts.more, 'host')} of ${owner}, seen by ${name}`)
    }
    if (more === 0) return
    const left = owners.slice(shown.length)
    const text = `${counted(
      left.reduce((sum, [, own]) => sum + own.length, 0),
      'host',
    )} of ${counted(more, 'more namespace')}`
    graph.arrow(from, graph.box([text], 'dim'))
    this.folded.push(`${text}, seen by ${name}`)
  }

  /** Audiences that are not drawn. Most of a large mesh are namespaces that alone see their own hosts. */
  rest(left: readonly Audience[]): void {
    if (left.length === 0) return
    const isOwn = ({ namespaces, services }: Audience) =>
      namespaces.length === 1 && services.every(({ namespace }) => namespace === namespaces[0])
    const own = left.filter(isOwn)
    const others = left.filter((audience) => !isOwn(audience))
    const total = (audiences: readonly Audience[]) =>
      counted(
        audiences.reduce((sum, audience) => sum + hostsOf(audience), 0),
        'host',
      )
    const texts = [
      ...(own.length > 0
        ? [`${counted(own.length, 'more namespace')} with ${total(own)} that no other namespace sees`]
        : []),
      ...(others.length > 0 ? [`${counted(others.length, 'more set')} of namespaces with ${total(others)}`] : []),
    ]
    for (const text of texts) {
      this.graph.box([text], 'dim')
      this.folded.push(text)
    }
  }
}

/** Why namespaces to which the first host of an audience is exported do not see it. */
function hiddenFrom(
  { services: [first] }: Audience,
  verdictsOf: (host: string) => readonly HostVerdict[],
): readonly string[] {
  if (!first) return []
  return verdictsOf(first.hostname)
    .filter(({ service, rule }) => service.source === first.source && rule !== 'used' && rule !== 'not-exported')
    .map(({ namespaces, why }) => `not ${namesText(namespaces)}: ${why}`)
}

/**
 * @param all the namespaces whose proxies are sidecars
 * @param verdictsOf the verdicts on a host
 */
export function drawAudiences(
  audiences: readonly Audience[],
  all: readonly string[],
  verdictsOf: (host: string) => readonly HostVerdict[],
): Drawn {
  const drawing = new VisibilityDrawing()
  const inOrder = sorted(audiences, all)
  const { shown } = foldedItems(inOrder, MOST_AUDIENCES)
  for (const audience of shown)
    drawing.audience(audience, all, audience.namespaces.length === all.length ? [] : hiddenFrom(audience, verdictsOf))
  drawing.rest(inOrder.slice(shown.length))
  return drawing
}

/** The verdicts on one host. */
export function drawHost(verdicts: readonly HostVerdict[], all: readonly string[]): Drawn {
  const graph = new GraphBuilder()
  const audiences = new Map<string, string>()
  const entries = new Map<Service, string>()
  const audienceOf = (namespaces: readonly string[]): string => {
    const key = namespaces.join()
    const id = audiences.get(key) ?? graph.box(namespaceLines(namespaces, all))
    audiences.set(key, id)
    return id
  }
  const entryOf = (service: Service, used: boolean): string => {
    const id =
      entries.get(service) ??
      graph.box(
        [
          describeResource(service.source),
          service.hostname,
          fileAndLine(serviceLocation(service)),
          ...exportLine([service]),
        ],
        used ? 'good' : 'bad',
      )
    entries.set(service, id)
    return id
  }
  for (const { namespaces, service, rule, why } of verdicts) {
    const used = rule === 'used'
    const from = audienceOf(namespaces)
    const to = entryOf(service, used)
    graph.arrow(from, to, used ? { label: 'sees it' } : { label: why, tone: 'bad' })
  }
  return { graph, folded: [] }
}
