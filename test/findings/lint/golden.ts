/** What the reference's output for one proxy shows about service ports: which are reached, which lost a place. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { envoyMessages } from '../../../src/answers/dump/resources.ts'
import { CONFLICT_ENTRIES } from '../../../src/findings/lint/catalogue/conflicts.ts'
import {
  type LintFinding,
  lint,
  type MeshFacts,
  RULE_IDS,
  type SeverityOverrides,
} from '../../../src/findings/lint/index.ts'
import type { Mesh } from '../../../src/pipeline.ts'
import { computeMesh } from '../../../src/pipeline.ts'
import { buildProxy } from '../../../src/proxy/node.ts'
import { isHttp } from '../../../src/registry/protocol.ts'
import type { Port, Service } from '../../../src/registry/service.ts'
import { viewOf } from '../../../src/scope/build.ts'
import type { ProxyView } from '../../../src/scope/view.ts'
import { type CaseProxy, type ConformanceCase, nodeOf, readCase, snapshotOf } from '../../conformance/cases.ts'

/** Other rules are off because other tests measure them. */
const CONFLICTS_ALONE: SeverityOverrides = new Map(
  RULE_IDS.filter((id) => !Object.hasOwn(CONFLICT_ENTRIES, id)).map((id) => [id, 'off']),
)

/** `outbound|80||a.b` for `outbound|80|v1|a.b`: a subset reaches the port, too. */
export const withoutSubset = (name: string): string => name.replace(/^(outbound\|\d+\|)[^|]+(?=\|)/, '$1')

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

interface Address {
  readonly socketAddress?: { readonly address: string; readonly portValue: number }
}

interface GoldenListener {
  readonly name: string
  readonly address: Address
  readonly additionalAddresses?: readonly { readonly address: Address }[]
  readonly trafficDirection: string
  readonly filterChains: readonly { readonly filterChainMatch?: object }[]
  readonly defaultFilterChain?: object
}

interface GoldenCluster {
  readonly name: string
  readonly type?: string
  readonly loadAssignment?: { readonly endpoints?: readonly { readonly lbEndpoints?: readonly unknown[] }[] }
}

export interface Golden {
  readonly listeners: readonly GoldenListener[]
  readonly clusters: readonly GoldenCluster[]
  /** Every string in listeners and routes that is a cluster's name; subsets as the clusters of their ports. */
  readonly referenced: ReadonlySet<string>
}

/** One proxy of a case, with the reference's output and lint's findings. */
export interface Examined {
  readonly name: string
  readonly mesh: Mesh
  readonly view: ProxyView
  readonly facts: MeshFacts
  readonly golden: Golden
  readonly findings: readonly LintFinding[]
}

function textsIn(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string') texts.add(value)
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) textsIn(item, texts)
}

/** A golden file; what the reference orders at random is missing there, and taken from our own output. */
function readGolden(folder: string, proxy: string, kind: 'lds' | 'rds', view: ProxyView): readonly GoldenListener[] {
  const unstable = existsSync(join(folder, 'unstable.json')) ? readJson(join(folder, 'unstable.json')) : {}
  const names = new Set<string>(unstable[`${proxy}/${kind}`] ?? [])
  const golden = readJson(join(folder, proxy, `${kind}.json`))
  if (names.size === 0) return golden
  const own: readonly GoldenListener[] = JSON.parse(JSON.stringify(envoyMessages(view)[kind]))
  return [...golden, ...own.filter(({ name }) => names.has(name))]
}

function goldenOf({ folder }: ConformanceCase, proxy: string, view: ProxyView): Golden {
  const expected = join(folder, 'expected')
  const listeners = readGolden(expected, proxy, 'lds', view)
  const referenced = new Set<string>()
  textsIn([listeners, readGolden(expected, proxy, 'rds', view)], referenced)
  const clusters = readJson(join(expected, proxy, 'cds.json'))
  return { listeners, clusters, referenced: new Set([...referenced].map(withoutSubset)) }
}

function examineProxy(meshCase: ConformanceCase, mesh: Mesh, caseProxy: CaseProxy): Examined {
  const proxy = buildProxy(nodeOf(caseProxy), mesh.snapshot)
  const view = viewOf(proxy, mesh.scope)
  const facts: MeshFacts = { registry: mesh.registry, scope: mesh.scope, fromVersion: undefined }
  const proxies = [{ proxy, namespaces: [proxy.namespace], condition: '', variations: [] }]
  return {
    name: caseProxy.name,
    mesh,
    view,
    facts,
    golden: goldenOf(meshCase, caseProxy.name, view),
    findings: lint(facts, { proxies, severities: CONFLICTS_ALONE }),
  }
}

const MESHES = new Map<string, Mesh>()

/** Computed once. */
export function meshOfCase(folder: string, name: string): Mesh {
  const mesh = MESHES.get(name) ?? computeMesh(snapshotOf(readCase(folder, name)))
  MESHES.set(name, mesh)
  return mesh
}

const EXAMINED = new Map<string, readonly Examined[]>()

/** The sidecars of a case; computed once. */
export function examineCase(folder: string, name: string): readonly Examined[] {
  const known = EXAMINED.get(name)
  if (known) return known
  const meshCase = readCase(folder, name)
  const mesh = meshOfCase(folder, name)
  const sidecars = meshCase.proxies.filter((proxy) => nodeOf(proxy).id.startsWith('sidecar~'))
  const examined = sidecars.map((proxy) => examineProxy(meshCase, mesh, proxy))
  EXAMINED.set(name, examined)
  return examined
}

export const clusterOf = (host: string, port: number): string => `outbound|${port}||${host}`

/** `host:port` of a service port, as messages name it. */
const portText = ({ hostname }: Service, { number }: Port): string => `${hostname}:${number}`

/** TCP, or what may turn out to be TCP. */
export const mayBeTcp = ({ protocol }: Port): boolean => !isHttp(protocol) && protocol !== 'UDP'

/** Service ports of a proxy's egress listeners, without duplicates. */
export function importedPorts({ egressListeners }: ProxyView): ReadonlyMap<string, readonly [Service, Port]> {
  const out = new Map<string, readonly [Service, Port]>()
  for (const { services } of egressListeners) {
    for (const service of services) for (const port of service.ports) out.set(portText(service, port), [service, port])
  }
  return out
}

function socketsOf({ address, additionalAddresses = [] }: GoldenListener) {
  return [address, ...additionalAddresses.map((further) => further.address)].flatMap((item) => item.socketAddress ?? [])
}

const ANYWHERE = ['0.0.0.0', '::']

/** The addresses of a service's listeners; for a headless Service, those of its endpoints. */
function addressesOf(view: ProxyView, service: Service): ReadonlySet<string> {
  const given = ['127.0.0.1', '::1', ...view.egressListeners.flatMap(({ spec }) => spec?.bind ?? [])]
  const endpoints = view.registry.endpointsOf(service.namespace, service.hostname)
  const headless = service.registry === 'Kubernetes' && service.resolution === 'Passthrough'
  const own = headless ? [] : [...ANYWHERE, ...view.addressesOf(service), view.addressOf(service)]
  return new Set([...given, ...own, ...endpoints.flatMap(({ addresses }) => addresses)])
}

/** Whether an outbound listener receives connections to the port, whatever its destination. */
function isTaken({ view, golden }: Examined, service: Service, { number }: Port): boolean {
  const addresses = addressesOf(view, service)
  return golden.listeners.some(
    (listener) =>
      listener.trafficDirection === 'OUTBOUND' &&
      listener.name !== 'virtualOutbound' &&
      socketsOf(listener).some(({ address, portValue }) => portValue === number && addresses.has(address)),
  )
}

/**
 * The ports that lost a place by the golden files: with a cluster that nothing leads to, while others have the port.
 */
export function lostPorts(examined: Examined): readonly string[] {
  const { view, golden } = examined
  const clusters = new Set(golden.clusters.map(({ name }) => name))
  const out: string[] = []
  for (const [text, [service, port]] of importedPorts(view)) {
    const cluster = clusterOf(service.hostname, port.number)
    const lost = mayBeTcp(port) && clusters.has(cluster) && !golden.referenced.has(cluster)
    if (lost && isTaken(examined, service, port)) out.push(text)
  }
  return out
}

/** Addresses with two listeners, as Envoy sees them. */
export function duplicateSockets({ golden }: Examined): readonly string[] {
  const seen = new Set<string>()
  const out = new Set<string>()
  for (const listener of golden.listeners) {
    for (const { address, portValue } of socketsOf(listener)) {
      const text = `${address}_${portValue}`
      if (seen.has(text)) out.add(text)
      seen.add(text)
    }
  }
  return [...out]
}

/** LOGICAL_DNS clusters with more than the single endpoint that Envoy accepts. */
export function crowdedClusters({ golden }: Examined): readonly string[] {
  return golden.clusters.flatMap(({ name, type, loadAssignment }) => {
    const count = (loadAssignment?.endpoints ?? []).reduce((sum, { lbEndpoints = [] }) => sum + lbEndpoints.length, 0)
    return type === 'LOGICAL_DNS' && count > 1 ? [name] : []
  })
}

const LISTENER_OF_ALL = /^(?:0\.0\.0\.0|::)_/

/** Clusters that receive the whole port of a listener: those in the filter chain that matches everything. */
export function clustersOfWholePorts({ golden }: Examined): ReadonlySet<string> {
  const out = new Set<string>()
  for (const { name, filterChains, defaultFilterChain } of golden.listeners) {
    if (!LISTENER_OF_ALL.test(name)) continue
    textsIn(
      [
        defaultFilterChain,
        filterChains.filter(({ filterChainMatch = {} }) => Object.keys(filterChainMatch).length === 0),
      ],
      out,
    )
  }
  return out
}

export interface AnalyzeFinding {
  readonly code: string
  /** `ServiceEntry default/db`, or `ServiceEntry db` without a namespace. */
  readonly origin: string
  /** `input.yaml:12` */
  readonly reference: string
}

/** The output of istioctl analyze for a case. */
export function analyzeFindings(folder: string, name: string): readonly AnalyzeFinding[] {
  const path = join(folder, name, 'expected', 'analyze.json')
  return existsSync(path) ? readJson(path) : []
}

/** The `host:port` at the start of a finding about a service port. */
export const portOfFinding = ({ message }: LintFinding): string => message.slice(0, message.indexOf(' '))

export function clusterOfFinding(finding: LintFinding): string {
  const text = portOfFinding(finding)
  const colon = text.lastIndexOf(':')
  return clusterOf(text.slice(0, colon), Number(text.slice(colon + 1)))
}
