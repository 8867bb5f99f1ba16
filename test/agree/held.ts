/**
 * Starts stock Envoys with the resources of conformance cases, and asks `verify` about what they have: it is as computed,
 * and after a change of the manifests exactly the resources differ that the change is about.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { envoyMessages } from '../../src/answers/dump/resources.ts'
import { compareResources, namedResources } from '../../src/comparison/index.ts'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import { ASSUMED_NOTHING } from '../../src/resources/assumed/options.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { JsonValue, SourceDocument } from '../../src/sources/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { readConfigDump, verifyProxy, withHosts } from '../../src/verification/index.ts'
import { type CaseProxy, type ConformanceCase, nodeOf, readCase } from '../conformance/cases.ts'
import { allCases } from '../conformance/sets.ts'
import { type Delivered, DeliveredEnvoy, Delivery } from './envoy/delivered.ts'
import type { Setting } from './envoy/real-proxy.ts'
import type { Tally } from './tally.ts'

const KINDS = ['lds', 'rds', 'cds', 'eds'] as const

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The resources of a proxy in the mesh of some documents. */
function deliveredTo(
  { clusterId, istiodEnv }: ConformanceCase,
  proxy: CaseProxy,
  documents: SourceDocument[],
): Delivered {
  const mesh = computeMesh(buildSnapshot(documents, { clusterId, istiodEnv, assume: ASSUMED_NOTHING }))
  const { lds, rds, cds, eds } = json(envoyMessages(computeProxyView(mesh, nodeOf(proxy)))) as unknown as Delivered
  return { lds, rds, cds, eds }
}

/** What `verify` reports about an Envoy: `KIND NAME`. */
function reported(computed: Delivered, dump: JsonValue, hosts?: string): readonly string[] {
  const state = readConfigDump(dump)
  const { kinds } = verifyProxy({ ...computed, nds: {} }, hosts === undefined ? state : withHosts(state, hosts))
  return kinds.flatMap(({ findings }) =>
    findings.map(
      ({ kind, name, verdict, differences: [first] }) =>
        `${kind} ${name} ${verdict}${first ? ` ${first.path} ${JSON.stringify(first.computed)} ${JSON.stringify(first.actual)}` : ''}`,
    ),
  )
}

/** An assignment without endpoints is the same as none. */
const isSaying = (value: JsonValue | undefined): boolean =>
  value !== undefined && JSON.stringify(value).includes('lbEndpoints')

/** Envoy has each name once; istiod sends routes that two listeners ask for twice. */
function distinct(kind: (typeof KINDS)[number], resources: Delivered[typeof kind]): JsonValue {
  const field = kind === 'eds' ? 'clusterName' : 'name'
  const byName = new Map(resources.toReversed().map((resource) => [String(resource[field]), resource]))
  return json([...byName.values()]) as unknown as JsonValue
}

/** Which resources differ between two versions of a mesh, by the comparison that the conformance run uses. */
function changed(before: Delivered, after: Delivered): readonly string[] {
  return KINDS.flatMap((kind) => {
    const [was, is] = [before, after].map((side) => namedResources(kind, distinct(kind, side[kind])))
    return compareResources(is as ReadonlyMap<string, JsonValue>, was as ReadonlyMap<string, JsonValue>)
      .different.filter(({ expected, actual }) => kind !== 'eds' || isSaying(expected) || isSaying(actual))
      .map(({ name }) => `${kind} ${name}`)
  })
}

/** The first version of the mesh, from the end, that lacks one object and matters to the proxy. */
function edited(meshCase: ConformanceCase, proxy: CaseProxy, documents: SourceDocument[], before: Delivered) {
  for (let index = documents.length - 1; index >= 0; index--) {
    const after = deliveredTo(meshCase, proxy, documents.toSpliced(index, 1))
    const names = changed(before, after)
    if (names.length > 0) return { after, names }
  }
  return undefined
}

const text = (expected: readonly string[], actual: readonly string[]): string =>
  `expected ${expected.join(', ') || 'nothing'}\n    but got ${actual.join(', ') || 'nothing'}`

const names = (lines: readonly string[]): string[] => lines.map((line) => line.split(' ').slice(0, 2).join(' ')).sort()

/** Envoy takes long to start with more, because it asks for the addresses of their names first. */
const MOST_CLUSTERS = 500

async function compareCase(
  meshCase: ConformanceCase,
  proxy: CaseProxy,
  { binary, pki }: Setting,
  tally: Tally,
): Promise<void> {
  const path = join(meshCase.folder, 'input.yaml')
  const { documents } = parseDocuments({ name: path, text: readFileSync(path, 'utf8') }, '')
  const before = deliveredTo(meshCase, proxy, documents)
  if (before.cds.length > MOST_CLUSTERS) return
  const delivery = new Delivery(pki)
  const place = `${meshCase.name}/${proxy.name}`
  try {
    const runnable = delivery.runnable(before)
    const { id, metadata } = proxy.node as { id: string; metadata: JsonValue }
    const envoy = await DeliveredEnvoy.start(binary, (port) => delivery.bootstrap(runnable, { id, metadata }, port))
    try {
      const dump = JSON.parse(await envoy.get('config_dump?include_eds=true')) as JsonValue
      const now = reported(runnable, dump)
      tally.add('dumps that are as computed', place, now.length > 0 ? text([], now) : undefined)
      const hosts = JSON.parse(await envoy.get('config_dump')) as JsonValue
      const lists = reported(runnable, hosts, await envoy.get('clusters'))
      tally.add('lists of clusters that are as computed', place, lists.length > 0 ? text([], lists) : undefined)
      const edit = edited(meshCase, proxy, documents, before)
      if (!edit) return
      const later = names(reported(delivery.runnable(edit.after), dump))
      const isExact = JSON.stringify(later) === JSON.stringify([...edit.names].sort())
      tally.add('changes of a mesh that are reported', place, isExact ? undefined : text(edit.names, later))
    } finally {
      envoy.stop()
    }
  } finally {
    delivery.remove()
  }
}

/** Makes a proxy of a mesh whose listeners have one address twice, and asks what `verify` says. */
async function compareRefused({ binary, pki }: Setting, tally: Tally): Promise<void> {
  const { documents } = parseDocuments({ name: 'refused.yaml', text: REFUSED }, '')
  const node = {
    id: 'sidecar~10.244.0.9~web-1.shop~shop.svc.cluster.local',
    metadata: { NAMESPACE: 'shop', INSTANCE_IPS: '10.244.0.9' },
  }
  const mesh = {
    name: 'refused',
    folder: '',
    clusterId: '',
    remotes: [],
    istiodEnv: new Map(),
    proxies: [],
    release: 'master',
  }
  const delivery = new Delivery(pki)
  const runnable = delivery.runnable(deliveredTo(mesh, { name: 'web', node }, documents))
  const envoy = await DeliveredEnvoy.start(binary, (port) => delivery.bootstrap(runnable, node, port))
  try {
    const state = readConfigDump(JSON.parse(await envoy.get('config_dump?include_eds=true')) as JsonValue)
    const { kinds } = verifyProxy({ ...runnable, nds: {} }, state)
    const refused = kinds.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === 'refused'))
    const others = kinds.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict !== 'refused'))
    const [first] = refused
    const isRight = refused.length === 1 && first?.refusal?.reason.includes('duplicate address') && others.length === 0
    const found = [...refused, ...others].map(({ name, verdict, refusal }) => `${name} ${verdict} ${refusal?.reason}`)
    tally.add('listeners that Envoy refuses', 'refused', isRight ? undefined : text(['one listener'], found))
  } finally {
    envoy.stop()
    delivery.remove()
  }
}

/** istiod does not check ports against those of the proxy itself. */
const REFUSED = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: legacy, namespace: shop }
spec:
  hosts: [legacy.example.com]
  ports: [{ number: 15001, name: tcp, protocol: TCP }]
  resolution: DNS
`

/** Other forms of the admin interface's answer, with the kinds that each has. */
const FORMS: readonly (readonly [query: string, kinds: string])[] = [
  ['mask=dynamic_listeners,static_listeners', 'lds'],
  ['mask=dynamic_active_clusters,dynamic_warming_clusters,static_clusters', 'cds'],
  ['mask=dynamic_route_configs,static_route_configs', 'rds'],
  ['resource=dynamic_listeners', 'lds'],
  ['resource=dynamic_active_clusters', 'cds'],
  ['resource=dynamic_route_configs', 'rds'],
  ['include_eds&resource=dynamic_endpoint_configs', 'eds'],
  ['mask=bootstrap', ''],
]

/** Asks one Envoy in different ways. */
async function compareForms({ binary, pki }: Setting, tally: Tally): Promise<void> {
  const [found] = allCases(/^vs-http$/)
  if (!found) throw new Error('the case is gone')
  const meshCase = readCase(found.folder, found.name)
  const [proxy] = meshCase.proxies as [CaseProxy]
  const path = join(meshCase.folder, 'input.yaml')
  const { documents } = parseDocuments({ name: path, text: readFileSync(path, 'utf8') }, '')
  const delivery = new Delivery(pki)
  const runnable = delivery.runnable(deliveredTo(meshCase, proxy, documents))
  const { id, metadata } = proxy.node as { id: string; metadata: JsonValue }
  const envoy = await DeliveredEnvoy.start(binary, (port) => delivery.bootstrap(runnable, { id, metadata }, port))
  try {
    for (const [query, kinds] of FORMS) {
      const state = readConfigDump(JSON.parse(await envoy.get(`config_dump?${query}`)) as JsonValue)
      const verified = verifyProxy({ ...runnable, nds: {} }, state)
      const compared = verified.kinds.map(({ kind, equal, findings }) =>
        equal > 0 && findings.length === 0 ? kind : `${kind}?`,
      )
      const differs = compared.join() === kinds ? undefined : text([kinds], compared)
      tally.add('forms of a dump', query, differs)
    }
  } finally {
    envoy.stop()
    delivery.remove()
  }
}

/** @param count how many cases, spread over all of those that are made by hand and have one cluster */
export async function compareHeld(count: number, setting: Setting, tally: Tally): Promise<void> {
  const all = allCases(/^(?!.*fuzz-)/)
    .map(({ folder, name }) => readCase(folder, name))
    .filter(({ remotes }) => remotes.length === 0)
  const step = Math.max(1, all.length / count)
  for (let at = 0; at < all.length; at += step) {
    const meshCase = all[Math.floor(at)] as ConformanceCase
    const [proxy] = meshCase.proxies
    if (proxy) await compareCase(meshCase, proxy, setting, tally)
  }
  await compareForms(setting, tally)
  await compareRefused(setting, tally)
}
