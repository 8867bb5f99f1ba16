/** The proxies of two meshes, in groups of those that get the same in each of them. */
import { compareBytes } from '../common/bytes.ts'
import { append } from '../common/collections.ts'
import { selectingGateways } from '../derivation/ingress/selecting.ts'
import { captures, type DnsCaptureMode, differences, importsOf, sidecarNamespaces } from '../findings/lint/index.ts'
import { type WorkloadNode, workloadNodes } from '../findings/releases/index.ts'
import type { Resource } from '../kinds/resource.ts'
import type { Metadata } from '../proxy/metadata.ts'
import { buildProxy, type Node } from '../proxy/node.ts'
import { assumedRouters, deployedRouters } from '../proxy/routers.ts'
import { syntheticNode } from '../proxy/select.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { ScopeContext } from '../scope/context.ts'
import type { InputChange, ProxyGroup, Sides } from './model.ts'

/** What to compare: everything, or the sidecars of one namespace. */
export interface GroupOptions {
  readonly capture: DnsCaptureMode
  /** Overrides the metadata of proxies. */
  readonly metadata: Metadata
  /** undefined for all proxies of the mesh. */
  readonly namespace: string | undefined
  /** One proxy instead of all; it is called as the user named it. */
  readonly chosen: { readonly name: string; readonly nodes: ProxyGroup['nodes'] } | undefined
}

export interface ProxyGroups {
  readonly groups: readonly ProxyGroup[]
  /** The namespaces whose sidecars are compared. */
  readonly namespaces: readonly string[]
  /** Namespaces that differ from others in objects that did not change, and are treated as if they did not. */
  readonly folded: number
  /** Workloads whose proxies are left out, because there are too many. */
  readonly leftOut: number
}

/** How many proxies are compared although nothing changed in their namespaces, at least and at most. */
const FEWEST_EXTRA = 4
const MOST_EXTRA = 40
/** In a large mesh there are fewer, so that they have about this many services together. */
const SERVICES_OF_EXTRA = 100_000

function mostExtra({ after: { registry } }: Sides<ScopeContext>): number {
  const fitting = Math.floor(SERVICES_OF_EXTRA / Math.max(1, registry.services.length))
  return Math.min(MOST_EXTRA, Math.max(FEWEST_EXTRA, fitting))
}

const both = <T, R>({ before, after }: Sides<T>, map: (side: T) => R): Sides<R> => ({
  before: map(before),
  after: map(after),
})

/** Kinds whose objects only concern services that all namespaces see, or which `differences` and `importsOf` look at. */
const SHARED_KINDS: ReadonlySet<string> = new Set([
  'ServiceEntry',
  'WorkloadEntry',
  'WorkloadGroup',
  'VirtualService',
  'Gateway',
  'Sidecar',
])

/** Kinds of Kubernetes whose objects do not concern the sidecars of their namespace more than others. */
const SHARED_KUBERNETES_KINDS: ReadonlySet<string> = new Set([
  'Service',
  'Endpoints',
  'EndpointSlice',
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'ServiceAccount',
  'Secret',
])

/** The namespaces with changed objects, and those in which a change may concern just the namespace. */
interface Touched {
  readonly all: ReadonlySet<string>
  readonly byRules: ReadonlySet<string>
}

function touchedBy(changes: readonly InputChange[]): Touched {
  const isRule = ({ kind }: InputChange): boolean => !SHARED_KINDS.has(kind) && !SHARED_KUBERNETES_KINDS.has(kind)
  const namespaces = (some: readonly InputChange[]) => new Set(some.map(({ namespace }) => namespace))
  return { all: namespaces(changes), byRules: namespaces(changes.filter(isRule)) }
}

/** The namespaces with rules of their own, and those that are in a network. */
function namespacesWithRules({ clusters: [config], istio }: Snapshot): ReadonlySet<string> {
  const lists: readonly (readonly Resource[])[] = Object.values(istio)
  const rules = lists.flatMap((list) => list.filter(({ kind }) => !SHARED_KINDS.has(kind)))
  const labelled = config.namespaces.filter(({ meta }) =>
    [...meta.labels.keys()].some((key) => key.includes('network')),
  )
  return new Set([...rules.map(({ meta }) => meta.namespace), ...labelled.map(({ meta }) => meta.name)])
}

/** Tells which namespaces of one mesh get the same. */
class Signatures {
  readonly #scope: ScopeContext
  readonly #different: ReadonlyMap<string, unknown>
  readonly #withRules: ReadonlySet<string>

  constructor(scope: ScopeContext, namespaces: readonly string[]) {
    this.#scope = scope
    this.#different = differences(scope, namespaces)
    this.#withRules = namespacesWithRules(scope.registry.snapshot)
  }

  /** What the sidecars of a namespace import. */
  importsOf(namespace: string): string {
    const { snapshot } = this.#scope.registry
    return importsOf(buildProxy(syntheticNode(namespace, snapshot), snapshot), this.#scope)
  }

  /** Whether they get something that those of other namespaces do not get. */
  isOfItsOwn(namespace: string): boolean {
    return this.#different.has(namespace) || this.#withRules.has(namespace)
  }
}

interface NamespaceGroups {
  readonly groups: readonly (readonly string[])[]
  readonly folded: number
}

function namespaceGroups(scopes: Sides<ScopeContext>, touched: Touched): NamespaceGroups {
  const lists = both(scopes, ({ registry }) => sidecarNamespaces(registry.snapshot))
  const namespaces = [...new Set([...lists.before, ...lists.after])].sort(compareBytes)
  const signatures = both(scopes, (scope) => new Signatures(scope, namespaces))
  const { before, after } = signatures
  const own = namespaces.filter((name) => before.isOfItsOwn(name) || after.isOfItsOwn(name))
  const untouched = own.filter((name) => !touched.all.has(name))
  const most = mostExtra(scopes)
  const alone = new Set([
    ...touched.byRules,
    ...own.filter((name) => touched.all.has(name)),
    ...untouched.slice(0, most),
  ])
  const groups = new Map<string, string[]>()
  for (const name of namespaces) {
    const imports = JSON.stringify([before.importsOf(name), after.importsOf(name)])
    append(groups, alone.has(name) ? `${imports} ${name}` : imports, name)
  }
  return { groups: [...groups.values()], folded: Math.max(0, untouched.length - most) }
}

function sidecarNode(namespace: string, capture: string | undefined, metadata: Metadata, snapshot: Snapshot): Node {
  const node = syntheticNode(namespace, snapshot)
  const own = new Map([...node.metadata, ...metadata])
  if (capture !== undefined) own.set('DNS_CAPTURE', capture)
  return { ...node, metadata: own }
}

/** Whether proxies that capture DNS get other addresses than those that do not. */
function usesCapture({ before, after }: Sides<ScopeContext>): boolean {
  const matters = ({ registry: { allocation, snapshot } }: ScopeContext): boolean => {
    const { dnsAutoAllocate } = buildProxy(syntheticNode('default', snapshot), snapshot)
    const isUsedBy = (dnsCapture: boolean) => allocation.isUsedBy({ dnsCapture, dnsAutoAllocate })
    return isUsedBy(true) !== isUsedBy(false) && snapshot.istio.serviceEntries.length > 0
  }
  return matters(before) || matters(after)
}

/** How sidecars are called that have no setting of their own. */
const AS_CONFIGURED = 'with the DNS capture of the mesh configuration'

/** Whether the settings of the mesh turn DNS capture on or off for the sidecars of a namespace. */
function changesCapture(namespace: string, metadata: Metadata, snapshots: Sides<Snapshot>): boolean {
  const { before, after } = both(snapshots, (snapshot) =>
    buildProxy(sidecarNode(namespace, undefined, metadata, snapshot), snapshot),
  )
  return before.dnsCapture !== after.dnsCapture
}

function sidecarGroups(
  names: readonly (readonly string[])[],
  snapshots: Sides<Snapshot>,
  modes: ReturnType<typeof captures>,
  metadata: Metadata,
): readonly ProxyGroup[] {
  return names.flatMap((namespaces) => {
    const [namespace = ''] = namespaces
    // Sidecars that capture on both sides, or on none, do not notice that the setting itself changes.
    const isMissed = modes.length > 1 && changesCapture(namespace, metadata, snapshots)
    const all: typeof modes = isMissed ? [...modes, [undefined, AS_CONFIGURED]] : modes
    return all.map(
      ([capture, condition], index): ProxyGroup => ({
        kind: 'sidecars',
        name: '',
        namespaces,
        condition,
        nodes: both(snapshots, (snapshot) => sidecarNode(namespace, capture, metadata, snapshot)),
        sharesClusters: index > 0,
      }),
    )
  })
}

interface Named {
  readonly key: string
  readonly name: string
  readonly namespace: string
  readonly kind: 'gateway' | 'workload'
  /** Whether only Gateways tell that there is such a proxy. */
  readonly isAssumed: boolean
  readonly node: Node
}

const namedWorkload = ({ key, reference, type, namespace, node }: WorkloadNode): Named => ({
  key,
  name: reference,
  namespace,
  kind: type === 'router' ? 'gateway' : 'workload',
  isAssumed: false,
  node,
})

/** Workloads, and if none of them is a router, the routers that Gateways select. */
function namedProxies(snapshot: Snapshot): readonly Named[] {
  const workloads = workloadNodes(snapshot).map(namedWorkload)
  const isAssumed = selectingGateways(snapshot).length > 0 && !workloads.some(({ kind }) => kind === 'gateway')
  const selected = isAssumed ? assumedRouters(snapshot) : []
  const assumed = [...selected, ...deployedRouters(snapshot)].map(({ node }): Named => {
    const key = node.description ?? node.id
    return { key, name: key, namespace: node.metadata.get('NAMESPACE') ?? '', kind: 'gateway', isAssumed: true, node }
  })
  return [...workloads, ...assumed]
}

function namedGroups(snapshots: Sides<Snapshot>, metadata: Metadata): readonly ProxyGroup[] {
  const sides = both(snapshots, (snapshot) => new Map(namedProxies(snapshot).map((each) => [each.key, each])))
  const keys = new Set([...sides.after.keys(), ...sides.before.keys()])
  const withMetadata = (node: Node | undefined): Node | undefined =>
    node && { ...node, metadata: new Map([...node.metadata, ...metadata]) }
  return [...keys].map((key) => {
    const { kind, name, namespace, isAssumed, node } = (sides.after.get(key) ?? sides.before.get(key)) as Named
    // A router does not come or go with the Gateway that selects it.
    const nodes = both(sides, (side) => withMetadata(side.get(key)?.node ?? (isAssumed ? node : undefined)))
    return { kind, name, namespaces: [namespace], condition: '', nodes, sharesClusters: false }
  })
}

/** Gateways first, then workloads where something changed. */
function mostRelevant(named: readonly ProxyGroup[], touched: ReadonlySet<string>, most: number): readonly ProxyGroup[] {
  const gateways = named.filter(({ kind }) => kind === 'gateway')
  const workloads = named.filter(({ kind }) => kind === 'workload')
  const isTouched = ({ namespaces }: ProxyGroup): boolean => namespaces.some((name) => touched.has(name))
  const sorted = [...workloads.filter(isTouched), ...workloads.filter((each) => !isTouched(each))]
  return [...gateways, ...sorted.slice(0, most)]
}

function chosenGroup({ name, nodes }: NonNullable<GroupOptions['chosen']>): ProxyGroup {
  const node = nodes.after ?? nodes.before
  const kind = node?.id.startsWith('router~') ? 'gateway' : 'workload'
  return { kind, name, namespaces: [], condition: '', nodes, sharesClusters: false }
}

/**
 * The proxies of two meshes.
 * @param changes of the input; the proxies in their namespaces are always compared
 */
export function proxyGroups(
  scopes: Sides<ScopeContext>,
  changes: readonly InputChange[],
  { capture, metadata, namespace, chosen }: GroupOptions,
): ProxyGroups {
  if (chosen) return { groups: [chosenGroup(chosen)], namespaces: [], folded: 0, leftOut: 0 }
  const touched = touchedBy(changes)
  const snapshots = both(scopes, ({ registry }) => registry.snapshot)
  const mode = capture === 'both' && !usesCapture(scopes) ? 'mesh' : capture
  const found = namespace === undefined ? namespaceGroups(scopes, touched) : { groups: [[namespace]], folded: 0 }
  const sidecars = sidecarGroups(found.groups, snapshots, captures(mode), metadata)
  if (namespace !== undefined) return { groups: sidecars, namespaces: [namespace], folded: 0, leftOut: 0 }
  const named = namedGroups(snapshots, metadata)
  const kept = mostRelevant(named, touched.all, mostExtra(scopes))
  return {
    groups: [...sidecars, ...kept],
    namespaces: found.groups.flat().sort(compareBytes),
    folded: found.folded,
    leftOut: named.length - kept.length,
  }
}
