/** Lines above objects and ports: who shares a port, and how often something is used. */
import type { CodeLens } from 'vscode-languageserver/node'
import type { Resource } from '../../kinds/resource.ts'
import type { Location } from '../../sources/location.ts'
import { locationOf, meshIndexOf, type PlacedMention, placedMentions } from '../meaning/mesh-index.ts'
import { Ranges } from '../workspace/shown.ts'
import { usesOf } from './navigation.ts'
import type { Asked } from './pointed.ts'
import { hostsOnListeners, servicesBySource } from './ports.ts'
import { viewIn } from './views.ts'

/** A file with more lenses than this gets only the first ones. */
const MOST_LENSES = 200

/** A lens leads to the first of its places. */
const MOST_PLACES = 100

/** The command of editors that show references for a lens; others show the text alone. */
export const SHOW_REFERENCES = 'vipctl.showReferences'

interface Lens {
  readonly at: Location
  readonly title: string
  /** What the lens leads to. */
  readonly places: () => readonly Location[]
}

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`

/** The port of a Service or ServiceEntry at the path of a mention. */
function portAt({ spec }: Resource, index: number): number | undefined {
  const { ports } = spec as { readonly ports: readonly { readonly number?: number; readonly port?: number }[] }
  const port = ports[index]
  return port?.number ?? port?.port
}

function portLens(mention: PlacedMention, asked: Asked): readonly Lens[] {
  const { resource, path } = mention
  const port = portAt(resource, Number(path[2]))
  if (port === undefined) return []
  const own = viewIn(resource.meta.namespace, asked.checked)
  const hosts = new Set<string>()
  for (const { hostname } of servicesBySource(asked.checked.mesh.registry).get(resource) ?? []) {
    for (const each of hostsOnListeners(own, hostname, port)) hosts.add(each)
  }
  if (hosts.size < 2) return []
  const index = meshIndexOf(asked.checked.loaded.snapshot)
  const places = () =>
    [...hosts].slice(0, MOST_PLACES).flatMap((host) => index.named(`host ${host}`, 'definition').map(locationOf))
  return [{ at: locationOf(mention), title: `${hosts.size} hosts share port ${port}`, places }]
}

/** How often the object, or what it makes, is used; nothing for an object that nothing could use. */
function useLens(resource: Resource, mentions: readonly PlacedMention[], asked: Asked): readonly Lens[] {
  const made = mentions.filter(({ role, topic }) => role === 'definition' && topic !== 'port')
  const places = [...new Set(made.flatMap((mention) => usesOf(mention, asked)))]
  if (places.length === 0) return []
  return [
    {
      at: resource.location.child('metadata', 'name'),
      title: count(places.length, 'reference'),
      places: () => places.slice(0, MOST_PLACES),
    },
  ]
}

function lensesOf(resource: Resource, asked: Asked): readonly Lens[] {
  const mentions = placedMentions(resource)
  const ports = mentions.filter(({ topic }) => topic === 'port').flatMap((mention) => portLens(mention, asked))
  return [...useLens(resource, mentions, asked), ...ports]
}

/** @param leadsOn whether the editor has the command that shows the places of a lens */
export function codeLenses(asked: Asked, leadsOn: boolean): readonly CodeLens[] {
  const { path, checked, shown } = asked
  const index = meshIndexOf(checked.loaded.snapshot)
  const lenses: Lens[] = []
  for (const resource of index.ofFile(shown.project.nameOf(path))) {
    if (lenses.length < MOST_LENSES) lenses.push(...lensesOf(resource, asked))
  }
  const ranges = new Ranges(shown)
  return lenses.slice(0, MOST_LENSES).flatMap(({ at, title, places }) => {
    const [location] = ranges.at([at])
    if (!location) return []
    const { uri, range } = location
    const command = leadsOn
      ? { title, command: SHOW_REFERENCES, arguments: [uri, range.start, ranges.at(places())] }
      : { title, command: '' }
    return [{ range, command }]
  })
}
