/** Drafts of effects, and how those that differ only in their port, subset, host or resource are merged. */
import { groupBy } from '../../common/collections.ts'
import type { Origin } from '../../envoy/explained.ts'
import type { Effect, EffectKind, ResourceName, Sides, Source, Subject } from '../model.ts'
import { hostText, nounText, type Place, placesText } from './words/names.ts'

/** A sentence about a place, without the place: the whole sentence is `lead`, the place, `rest`. */
export interface Phrase {
  readonly kind: EffectKind
  readonly lead: string
  readonly rest: string
  readonly before?: string | undefined
  readonly after?: string | undefined
}

/** A phrase about one place, with its origins and the resources that it explains. */
export interface Draft extends Phrase {
  readonly subject: Subject['kind']
  readonly place: Place
  readonly sources: Sides<readonly Source[]>
  readonly covers: readonly ResourceName[]
}

/** The origins that are objects of the input. */
export function sourcesOf(origins: readonly Origin[]): readonly Source[] {
  return origins.flatMap(({ what, location }) => (location ? [{ what, location }] : []))
}

/** The most sources that an effect keeps per side, of one draft and of all: several hosts have several causes. */
const MOST_SOURCES = 4
const MOST_SOURCES_OF_ALL = 200

function distinctSources(sources: readonly Source[]): readonly Source[] {
  const known = new Map<string, Source>()
  for (const source of sources) {
    if (known.size >= MOST_SOURCES_OF_ALL) break
    const key = JSON.stringify([source.what, source.location.path, source.location.document.start])
    if (!known.has(key)) known.set(key, source)
  }
  return [...known.values()]
}

function distinctResources(resources: readonly ResourceName[]): readonly ResourceName[] {
  return [...new Map(resources.map((resource) => [`${resource.kind} ${resource.name}`, resource])).values()]
}

/** From this many hosts on, they share the effect that they have in common, if settings of the mesh can cause it. */
const MANY_HOSTS = 6
const OF_MANY: ReadonlySet<EffectKind> = new Set(['cluster-change', 'mtls-change', 'route-change', 'resource-change'])

const keyOfPhrase = ({ kind, place, lead, rest }: Draft): string =>
  JSON.stringify([kind, place.noun ?? null, lead, rest])

type Group = readonly [Draft, ...Draft[]]

/** Drafts that become one effect: of one host, of resources of one noun, or of many hosts. */
function* groupsOf(drafts: readonly Draft[]): Iterable<Group> {
  for (const group of groupBy(drafts, keyOfPhrase).values()) {
    const hosts = groupBy(group, ({ place }) => place.host)
    const [{ kind, place }] = group
    if (place.noun !== undefined || (hosts.size >= MANY_HOSTS && OF_MANY.has(kind))) yield group
    else yield* hosts.values()
  }
}

/** The place of a group in words, and its name. */
function placeOf(group: Group): { readonly text: string; readonly name: string } {
  const [{ place }] = group
  const hosts = [...new Set(group.map((draft) => draft.place.host))]
  if (place.noun === undefined && hosts.length === 1) {
    const own = group.filter((draft) => !draft.place.isGhost)
    const ports = new Set((own.length > 0 ? own : group).map((draft) => draft.place.port))
    const [port] = ports
    const name = ports.size === 1 && port !== undefined ? `${place.host}:${port}` : place.host
    return { text: placesText(group.map((draft) => draft.place)), name }
  }
  const noun = place.noun ?? 'host'
  return {
    text: nounText(noun, hosts.map(hostText)),
    name: hosts.length === 1 ? place.host : `${hosts.length} ${noun}s`,
  }
}

/** Merges drafts with the same phrase. @returns effects in the order of their first drafts */
export function effectsOf(drafts: readonly Draft[]): readonly Effect[] {
  return [...groupsOf(drafts)].map((group) => {
    const [{ kind, subject, lead, rest, before, after }] = group
    const { text, name } = placeOf(group)
    return {
      kind,
      subject: { kind: subject, name },
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      sentence: lead + text + rest,
      sources: {
        before: distinctSources(group.flatMap(({ sources }) => sources.before.slice(0, MOST_SOURCES))),
        after: distinctSources(group.flatMap(({ sources }) => sources.after.slice(0, MOST_SOURCES))),
      },
      covers: distinctResources(group.flatMap(({ covers }) => covers)),
    }
  })
}
