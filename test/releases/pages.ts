/** docs/releases.md: generated from the table of behaviours and from computing the quickstart. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BehaviourMessage, releasesMessage } from '../../src/answers/releases/message.ts'
import { resourcesText } from '../../src/answers/releases/text.ts'
import { concernsOf, statedReadings } from '../../src/findings/releases/index.ts'
import { computeMesh, parseManifests } from '../../src/pipeline.ts'
import type { Touches } from '../../src/releases/behaviour.ts'
import { BEHAVIOUR_GROUPS, BEHAVIOURS, type BehaviourName } from '../../src/releases/behaviours/table.ts'
import { releaseDifference } from '../../src/releases/difference.ts'
import { API_FIELDS } from '../../src/releases/fields.ts'
import type { Lifetime } from '../../src/releases/lifetime.ts'
import { VARIABLES } from '../../src/releases/variables.ts'
import { type IstioVersion, LATEST, versionNamed, versionText } from '../../src/releases/version.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import { shownBy } from './shown-by.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export const PAGE = join(ROOT, 'docs/releases.md')

const QUICKSTART = 'fixtures/quickstart'
const OLDEST_EXACT = versionNamed('1.24') as IstioVersion

const list = (versions: readonly string[]): string => versions.join(', ')

const lifetimeText = ({ since, until }: Lifetime): string =>
  [...(since ? [`from ${list(since)}`] : []), ...(until ? [`before ${list(until)}`] : [])].join(', ')

const links = (source: string): string =>
  source.replace(/#(\d+)/g, (_, number) => `[#${number}](https://github.com/istio/istio/pull/${number})`)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('*', '\\*')

function row(name: BehaviourName): string {
  const { does, touches, source, setting } = BEHAVIOURS[name]
  const { name: caseName, link } = shownBy(name)
  const shown = link ? `[${caseName}](${link})` : `\`${caseName}\``
  const variable = setting ? ` \`${setting.variable}=${setting.on}\`` : ''
  const cells = [
    `\`${name}\``,
    cell(does) + variable,
    lifetimeText(BEHAVIOURS[name]),
    links(source),
    touches.join(' '),
    shown,
  ]
  return `| ${cells.join(' | ')} |`
}

const HEAD = ['| behaviour | what istiod does | releases | source | changes | shown by |', '|---|---|---|---|---|---|']

const behaviourTables = (): string[] =>
  BEHAVIOUR_GROUPS.flatMap(([title, behaviours]) => [
    `### ${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    '',
    ...HEAD,
    ...(Object.keys(behaviours) as BehaviourName[]).map(row),
    '',
  ])

const readingTable = (title: string, table: ReadonlyMap<string, Lifetime>): string[] => [
  `| ${title} | releases |`,
  '|---|---|',
  ...[...table].map(([name, lifetime]) => `| \`${name}\` | ${lifetimeText(lifetime)} |`),
  '',
]

/** The behaviours that change the quickstart between two releases. */
function quickstartChanges(from: IstioVersion, to: IstioVersion): readonly BehaviourMessage[] {
  const folder = join(ROOT, QUICKSTART)
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name: `${QUICKSTART}/${name}`, text: readFileSync(join(folder, name), 'utf8') }))
  const { documents } = parseManifests(files)
  const difference = releaseDifference(from, to)
  const snapshotOf = (version: IstioVersion) => buildSnapshot(documents, { istioVersion: version })
  const concerns = concernsOf(difference, {
    compute: (istioVersion, assumed) => computeMesh(buildSnapshot(documents, { istioVersion, assumed })).scope,
  })
  const stated = statedReadings(difference, [snapshotOf(from), snapshotOf(to)])
  return releasesMessage({ difference, input: { ...concerns, stated } }).behaviours.filter(
    ({ concern }) => concern === 'effect',
  )
}

function quickstartRow({ name, upgrade, resources = {}, objects = [] }: BehaviourMessage): string {
  const counts = Object.entries(resources).map(([kind, count]) => resourcesText(kind as Touches, count))
  const [first, ...others] = objects.map(({ object }) => object)
  const rest = others.length > 0 ? ` and ${others.length} more` : ''
  return `| \`${name}\` | ${cell(upgrade)} | ${counts.join(', ')} | ${first ? first + rest : ''} |`
}

function quickstart(): string[] {
  const changes = quickstartChanges(OLDEST_EXACT, LATEST)
  return [
    `## An upgrade of the quickstart from ${versionText(OLDEST_EXACT)} to ${versionText(LATEST)}`,
    '',
    `\`vipctl releases ${OLDEST_EXACT.major}.${OLDEST_EXACT.minor} -f ${QUICKSTART}\` computes which of the behaviours change`,
    'something for the manifests of the quickstart, each by itself:',
    '',
    '| behaviour | what the upgrade means | resources that change | objects |',
    '|---|---|---|---|',
    ...changes.map(quickstartRow),
    '',
  ]
}

const INTRO = `# Releases

\`--istio-version\` selects the release whose istiod vipctl computes. A release is a set of behaviours, fields of Istio's API
and variables of istiod's environment; this page lists all of them that change what istiod sends, and
[what of it is not computed](#known-differences-that-are-not-computed). From 1.24 on, everything
is computed as the release does it. For older releases, automatic addresses are exact, and everything else is that of 1.24.

[\`vipctl releases\`](commands/releases.md) prints the changes between two releases with upgrade notes, and which of them
concern your manifests.

In the column *releases*, \`from 1.28.1, 1.29.0\` means that the behaviour was backported to 1.28.1 and is in every release
from 1.29.0 on; \`before 1.27.0\` means that it ended there. The column *changes* has the parts of \`vipctl dump\` that differ.
The mesh in *shown by* is one in which the behaviour alone makes a difference; names without a link are packed in
[fixtures/reference](../fixtures/reference). A variable in the second column turns the behaviour on in releases that read it.
`

/** Differences between releases that are known and not computed. */
const NOT_COMPUTED = `## Known differences that are not computed

vipctl does not compute what these differences change, in any release. Where a manifest or setting asks for it, a message
says so.

| what istiod does | releases | source | why it is not computed |
|---|---|---|---|
| The first answer to a sidecar that is not a pod of the input has no inbound clusters and filter chains. | before 1.31.0 | [#60568](https://github.com/istio/istio/pull/60568) | Every later push has them. vipctl computes the state that lasts. |
| Gateways fetch secrets from a server of their own (\`extensionProviders[].sds\`). | from 1.27.0; by the name without \`sds://\` from 1.30.1 and 1.31.0, with an authority from 1.31.0 | [#57080](https://github.com/istio/istio/pull/57080), [#60272](https://github.com/istio/istio/pull/60272), [#61169](https://github.com/istio/istio/pull/61169) | istiod's check of the mesh configuration refuses this type of provider, and so does vipctl. |
| Sidecars see only the ServiceEntries that \`serviceEntryVisibility\` of the mesh lets them see. | from 1.31.0 | [#60870](https://github.com/istio/istio/pull/60870) | The setting is reported as not modelled. |
| XListenerSets give Gateways listeners, with PILOT_ENABLE_ALPHA_GATEWAY_API. | 1.27 to 1.29 | [#59221](https://github.com/istio/istio/pull/59221) | XListenerSets are reported as not modelled. |
| A route has one certificate per listener, clients of Gateways are not verified, and filters of type CORS are not known. | two certificates from 1.27.0, client verification from 1.28.0, CORS and backend policies from 1.26.0 | | Gateways, routes, policies and their conditions are computed as in the newest release. |
| An HTTPRoute and a GRPCRoute of one host are two VirtualServices. | before 1.30.0 | [#59222](https://github.com/istio/istio/pull/59222) | They are merged, as in the newest release. |
| Gateways of another revision are not programmed. | before 1.29.6 and 1.30.2 | [#59959](https://github.com/istio/istio/issues/59959) | They are programmed, as in the newest release. |
| Listeners that exclude each other, invalid listeners, client certificates and missing parameters are not in the conditions of Gateways. | before 1.31.0 | [#60775](https://github.com/istio/istio/pull/60775), [#60052](https://github.com/istio/istio/pull/60052), [#60804](https://github.com/istio/istio/pull/60804) | Conditions are those of the newest release. |
| A header name of a RequestAuthentication may contain \`_\`. | before 1.24.4, and from 1.26.5, 1.27.2 and 1.28.0 | [#54602](https://github.com/istio/istio/pull/54602), [#57564](https://github.com/istio/istio/pull/57564) | The check of the newest releases is used in all. |
| Tunnels, waypoints and network gateways of the ambient mesh. | every release differs | | The ambient mesh is not modelled; its settings and labels are reported. |
`

/** The whole page. */
export const releasesPage = (): string =>
  [
    INTRO,
    ...quickstart(),
    '## Behaviours',
    '',
    ...behaviourTables(),
    "## Fields of Istio's API",
    '',
    'Other releases ignore these fields, and vipctl reports them.',
    '',
    ...readingTable('field', API_FIELDS),
    "## Variables of istiod's environment",
    '',
    'In other releases these variables have no effect. Variables that every release reads are not listed.',
    '',
    ...readingTable('variable', VARIABLES),
    NOT_COMPUTED,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
