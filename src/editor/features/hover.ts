/** What the editor shows about the value under the mouse. */
import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node'
import { releaseText } from '../../answers/release.ts'
import { clean } from '../../formats/clean.ts'
import { describeResource, type Resource } from '../../kinds/resource.ts'
import type { Location } from '../../sources/location.ts'
import { locationOf, meshIndexOf, type PlacedMention } from '../meaning/mesh-index.ts'
import { movedBy } from '../text/moved.ts'
import { type Asked, type Pointed, pointedAt } from './pointed.ts'
import { type PortListener, portListeners, servicesBySource } from './ports.ts'
import { type NamespaceView, viewIn } from './views.ts'

/** More items of one sort are counted. */
const MOST_LISTED = 5

/** Text of manifests inside of Markdown. */
const code = (text: string): string => `\`${clean(text).replaceAll('`', "'")}\``

const placeText = (location: Location): string => {
  const { file, line } = location.position()
  return `${file}:${line}`
}

const objectText = (resource: Resource): string => `${describeResource(resource)} (${placeText(resource.location)})`

function listed(items: readonly string[]): string {
  const shown = items.slice(0, MOST_LISTED).map(code).join(', ')
  return items.length > MOST_LISTED ? `${shown} and ${items.length - MOST_LISTED} more` : shown
}

function portLine({ port, protocol, listeners, sharing, keptOut, lost }: PortListener): string {
  const what = `port ${port} (${protocol})`
  if (lost) {
    const holder = lost.winner.host === '' ? describeResource(lost.winner.resource) : lost.winner.host
    return `${what} gets no listener: ${code(lost.listener)} leads to ${code(holder)} of ${code(objectText(lost.winner.resource))}`
  }
  if (listeners.length === 0) return `${what} gets no listener of its own`
  const shared = sharing.length === 0 ? '' : `, shared with ${listed(sharing)}`
  const gets = keptOut.length === 1 ? 'gets' : 'get'
  const kept = keptOut.length === 0 ? '' : `; ${listed(keptOut)} ${gets} no place in it`
  return `${what}: listener ${listed(listeners)}${shared}${kept}`
}

/** The addresses of a host with their origins, or why it has none. */
function addressLines(host: string, { lookup, explainer }: NamespaceView): readonly string[] {
  const answers = (['A', 'AAAA'] as const).map((type) => lookup.lookup(host, type))
  const records = answers.flatMap((answer) => (answer.kind === 'answer' ? answer.records : []))
  const lines = records.flatMap((record) =>
    explainer
      .originsOf(record.record, record.data)
      .map(
        ({ what, location, why }) => `${code(record.data)}: ${why}, from ${code(`${what} (${placeText(location)})`)}`,
      ),
  )
  if (lines.length > 0) return lines.slice(0, 2 * MOST_LISTED)
  const [answer] = answers
  const reasons = answer ? explainer.reasonsFor(host, 'A', answer) : []
  return reasons.slice(0, MOST_LISTED).map(({ text, what, location }) => {
    const from = what && location ? ` (${code(`${what}, ${placeText(location)}`)})` : ''
    return `no address: ${clean(text)}${from}`
  })
}

/** A hover is about one mesh. */
const environmentText = ({ checked, meshes }: Asked): string =>
  meshes.length > 1 ? `; environment ${code(checked.environment ?? '')}` : ''

function hostLines(host: string, namespace: string, asked: Asked): readonly string[] {
  const { checked } = asked
  const own = viewIn(namespace, checked)
  const { proxy } = own.view
  const capture = proxy.dnsCapture ? 'with DNS capture' : 'without DNS capture, so the resolvers answer instead'
  const release = releaseText(checked.loaded.snapshot.release)
  return [
    `**${code(host)}**`,
    '',
    ...addressLines(host, own).map((line) => `- ${line}`),
    ...portListeners(own, host)
      .slice(0, 2 * MOST_LISTED)
      .map((port) => `- ${portLine(port)}`),
    '',
    `For a sidecar in namespace ${code(namespace)} ${capture}; ${release}${environmentText(asked)}.`,
  ]
}

/** The hosts of a ServiceEntry or Service. */
function hostsOf({ checked }: Asked, resource: Resource): readonly string[] {
  const own = servicesBySource(checked.mesh.registry).get(resource) ?? []
  return [...new Set(own.map(({ hostname }) => hostname))]
}

function portLines(port: number, resource: Resource, asked: Asked): readonly string[] {
  const { namespace } = resource.meta
  const own = viewIn(namespace, asked.checked)
  const hosts = hostsOf(asked, resource)
  const lines = hosts
    .slice(0, MOST_LISTED)
    .flatMap((host) => portListeners(own, host, port).map((each) => `- ${code(host)}: ${portLine(each)}`))
  if (lines.length === 0) return []
  return [
    `**port ${port}**`,
    '',
    ...lines,
    '',
    `For a sidecar in namespace ${code(namespace)}${environmentText(asked)}.`,
  ]
}

function workloadLines(mention: PlacedMention, { checked }: Asked): readonly string[] {
  const { selector } = mention
  if (!selector) return []
  const found = meshIndexOf(checked.loaded.snapshot).selected(selector)
  const places = meshIndexOf(checked.loaded.snapshot).written(found)
  if (places.length === 0) return ['selects no workload of the input']
  const count = places.length === 1 ? 'one workload' : `${places.length} workloads`
  return [`selects ${count}: ${listed(places.map(objectText))}`]
}

/** The labels of a subset, or where an object is. */
function definitionLines(mention: PlacedMention, { checked }: Asked): readonly string[] {
  const made = meshIndexOf(checked.loaded.snapshot).named(mention.name, 'definition')
  const title = `**${code(mention.name)}**`
  if (made.length === 0) return [title, '', 'not in the input']
  return [
    title,
    '',
    ...made.slice(0, MOST_LISTED).map((each) => {
      const place = `${describeResource(each.resource)} (${placeText(locationOf(each))})`
      const labels = each.topic === 'subset' ? labelsOf(each) : ''
      return `- ${code(place)}${labels}`
    }),
  ]
}

function labelsOf({ resource, path }: PlacedMention): string {
  const { subsets } = resource.spec as { readonly subsets: readonly { readonly labels: ReadonlyMap<string, string> }[] }
  const labels = [...(subsets[Number(path[2])]?.labels ?? [])].map(([key, value]) => `${key}=${value}`)
  return labels.length === 0 ? '' : `: ${listed(labels)}`
}

const HOST = 'host '

function linesOf(mention: PlacedMention, { resource, cursor, file }: Pointed, asked: Asked): readonly string[] {
  const { topic, role, name } = mention
  if (topic === 'host') return hostLines(name.slice(HOST.length), resource.meta.namespace, asked)
  if (topic === 'workloads') return workloadLines(mention, asked)
  if (topic === 'port') {
    const { start, end } = cursor.span
    return portLines(Number(file.text.slice(start, end)), resource, asked)
  }
  // An object does not need to be told where it is itself.
  return role === 'use' ? definitionLines(mention, asked) : []
}

/** Undefined where there is nothing to say. */
export function hover(asked: Asked, position: Position, kind: MarkupKind): Hover | undefined {
  const pointed = pointedAt(asked, position)
  if (!pointed || pointed.cursor.isKey) return undefined
  const lines = pointed.mentions.map((mention) => linesOf(mention, pointed, asked)).filter((each) => each.length > 0)
  if (lines.length === 0) return undefined
  const markdown = lines.map((each) => each.join('\n')).join('\n\n---\n\n')
  const value = kind === MarkupKind.Markdown ? markdown : markdown.replace(/\*\*|`/g, '')
  const { shown, path } = asked
  const current = shown.open(path)?.file ?? pointed.file
  const span = movedBy(pointed.file.text, current.text)(pointed.cursor.span)
  return { contents: { kind, value }, ...(span && { range: shown.positions.rangeOf(current, span) }) }
}
