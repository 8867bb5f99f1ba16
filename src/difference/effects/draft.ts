/** Effects before those that say the same of several ports, subsets or resources become one. */
import { groupBy } from '../../common/collections.ts'
import type { Origin } from '../../envoy/explained.ts'
import type { Effect, EffectKind, ResourceName, Sides, Source, Subject } from '../model.ts'
import { type Place, placesText } from './words/names.ts'

/** What is said about a place: the sentence is `lead`, the place, `rest`. */
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

/** How many sources an effect keeps per side. */
const MOST_SOURCES = 4

function distinctSources(sources: readonly Source[]): readonly Source[] {
  const known = new Map<string, Source>()
  for (const source of sources) {
    if (known.size >= MOST_SOURCES) break
    const key = JSON.stringify([source.what, source.location.path, source.location.document.start])
    if (!known.has(key)) known.set(key, source)
  }
  return [...known.values()]
}

function distinctResources(resources: readonly ResourceName[]): readonly ResourceName[] {
  return [...new Map(resources.map((resource) => [`${resource.kind} ${resource.name}`, resource])).values()]
}

const sayTheSame = ({ kind, place, lead, rest }: Draft): string =>
  JSON.stringify([kind, place.noun ?? place.host, place.noun !== undefined, lead, rest])

function subjectOf(drafts: readonly [Draft, ...Draft[]]): Subject {
  const [{ subject, place }] = drafts
  if (place.noun !== undefined) return { kind: subject, name: drafts.length > 1 ? `${place.noun}s` : place.host }
  const ports = new Set(drafts.map(({ place: { port } }) => port))
  const name = ports.size === 1 && place.port !== undefined ? `${place.host}:${place.port}` : place.host
  return { kind: subject, name }
}

/** One effect per thing that is said, in order of first mention. */
export function effectsOf(drafts: readonly Draft[]): readonly Effect[] {
  return [...groupBy(drafts, sayTheSame).values()].map((group) => {
    const [{ kind, lead, rest, before, after }] = group
    return {
      kind,
      subject: subjectOf(group),
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      sentence: lead + placesText(group.map(({ place }) => place)) + rest,
      sources: {
        before: distinctSources(group.flatMap(({ sources }) => sources.before)),
        after: distinctSources(group.flatMap(({ sources }) => sources.after)),
      },
      covers: distinctResources(group.flatMap(({ covers }) => covers)),
    }
  })
}
