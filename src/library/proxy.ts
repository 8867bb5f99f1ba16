/** One proxy of a mesh. */
import { answerWithoutFixes, conflictAnswer } from '../answers/conflicts/answer.ts'
import { conflictsMessage } from '../answers/conflicts/message.ts'
import { proxyText } from '../answers/proxy-line.ts'
import type { ConflictReport } from '../answers/shapes/conflicts.ts'
import type { Trace } from '../answers/shapes/trace.ts'
import { quoted, UserError } from '../common/errors.ts'
import { once } from '../common/once.ts'
import { warningsOf } from '../findings/finding.ts'
import { unresolvedReferences } from '../findings/unresolved/index.ts'
import { computeMesh, computeProxyView, type Mesh } from '../pipeline.ts'
import { chooseNode, withOverrides } from '../proxy/choice.ts'
import { type Metadata, parseMetadata } from '../proxy/metadata.ts'
import { type Node, parseNode } from '../proxy/node.ts'
import { ownIstiodOf, unknownRevisionText } from '../proxy/own-istiod.ts'
import type { SelectedNode } from '../proxy/select.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { ProxyView } from '../scope/view.ts'
import type { SourceProblem } from '../sources/document.ts'
import { checkFields, flagOf, jsonOf, pairsOf, textOf, textsOf } from './fields.ts'
import { Names } from './names.ts'
import { resourcesOf } from './resources.ts'
import { problemOf } from './sources.ts'
import type { MeshState } from './state.ts'
import { tracer } from './trace.ts'
import type { ProxyChoice } from './types/mesh.ts'
import type {
  ConflictSettings,
  EnvoyResources,
  ExplainedDnsAnswer,
  NameRecord,
  Proxy,
  TraceRequest,
  TraceSettings,
} from './types/proxy.ts'

const PROXY = 'proxy'
const CONFLICTS = 'conflicts'

const CHOICE = [
  'name',
  'namespace',
  'labels',
  'node',
  'metadata',
  'search',
] as const satisfies readonly (keyof ProxyChoice)[]

const CONFLICT_SETTINGS = ['port', 'fixes'] as const satisfies readonly (keyof ConflictSettings)[]

/** A chosen proxy: how to find it in a mesh, and what overrides its own settings. */
interface Stated {
  readonly choose: (snapshot: Snapshot) => SelectedNode
  readonly metadata: Metadata
  readonly search: readonly string[]
}

/** The node that a proxy sends: its ID is `TYPE~IP~NAME.NAMESPACE~DOMAIN`. */
function nodeOf(given: unknown): Node {
  const node = parseNode(jsonOf(given, `${PROXY}: node`), `${PROXY}: node`)
  return { ...node, description: `proxy ${node.id.split('~')[2]}` }
}

/** @throws UserError for a choice that is invalid or names two proxies */
function statedIn(choice: ProxyChoice, { namespace: usual }: MeshState): Stated {
  checkFields(choice, CHOICE, PROXY)
  const { labels, node: given } = choice
  const name = textOf(choice.name, `${PROXY}: name`)
  const namespace = textOf(choice.namespace, `${PROXY}: namespace`) ?? usual
  const named = [name !== undefined && 'name', given !== undefined && 'node', labels !== undefined && 'labels']
  const [one, another] = named.filter((field) => field !== false)
  if (another !== undefined) {
    throw new UserError(`${PROXY}: ${one} and ${another} exclude each other`, 'metadata overrides that of any proxy')
  }
  const own: Metadata =
    choice.metadata === undefined ? new Map() : parseMetadata(jsonOf(choice.metadata, `${PROXY}: metadata`))
  const labelled = labels && JSON.stringify(Object.fromEntries(pairsOf(labels, `${PROXY}: labels`)))
  const node = given === undefined ? undefined : nodeOf(given)
  return {
    choose: (snapshot) => chooseNode({ node, proxy: name, namespace }, snapshot),
    metadata: labelled === undefined ? own : new Map([['LABELS', labelled], ...own]),
    search: textsOf(choice.search, `${PROXY}: search`),
  }
}

/** The mesh under the istiod of the proxy, which is another one if the input has several revisions. */
function ownMesh(selected: SelectedNode, state: MeshState, problems: SourceProblem[]): Mesh {
  const { snapshot } = state.mesh
  const own = state.isRevisionStated ? undefined : ownIstiodOf(selected.revision, snapshot)
  if (own?.kind === 'other') return state.under(own.revision)
  if (own?.kind === 'unknown') {
    problems.push({
      severity: 'warning',
      message: unknownRevisionText(selected.revision, snapshot),
      hint: `choose one of ${snapshot.istiods.revisions.join(', ')} with the option revision`,
    })
  }
  return state.mesh
}

function unknownCluster({ proxy, registry }: ProxyView): readonly SourceProblem[] {
  const ids = registry.snapshot.clusters.map(({ id }) => id)
  if (ids.includes(proxy.clusterId)) return []
  const message = `the proxy's cluster ${quoted(proxy.clusterId)} is not in the input: ${ids.join(', ')}`
  return [{ severity: 'warning', message }]
}

/** The answers about one proxy. */
class LoadedProxy implements Proxy {
  readonly description: string
  readonly type: Proxy['type']
  readonly namespace: string
  readonly dnsCapture: boolean
  readonly #view: ProxyView
  readonly #viewIn: (snapshot: Snapshot) => (metadata: Metadata) => ProxyView
  readonly #problems: () => Proxy['problems']
  readonly #names: () => Names
  readonly #resources: () => EnvoyResources
  readonly #trace: () => ReturnType<typeof tracer>

  constructor(mesh: Mesh, stated: Stated, selected: SelectedNode, problems: readonly SourceProblem[]) {
    const overriding = (node: Node): Node => withOverrides(node, stated)
    const view = computeProxyView(mesh, overriding(selected.node))
    this.#view = view
    this.#viewIn = (snapshot) => {
      const own = overriding(stated.choose(snapshot).node)
      const changed = computeMesh(snapshot, undefined, mesh)
      return (metadata) => computeProxyView(changed, { ...own, metadata: new Map([...own.metadata, ...metadata]) })
    }
    const { type, namespace, dnsCapture } = view.proxy
    this.description = proxyText(view)
    this.type = type
    this.namespace = namespace
    this.dnsCapture = dnsCapture
    this.#problems = once(() =>
      [...problems, ...unknownCluster(view), ...warningsOf(unresolvedReferences(view))].map(problemOf),
    )
    this.#names = once(() => new Names(mesh, view))
    this.#resources = once(() => resourcesOf(view))
    this.#trace = once(() => tracer(mesh, view))
  }

  get problems(): Proxy['problems'] {
    return this.#problems()
  }

  nameTable(): readonly NameRecord[] {
    return this.#names().records()
  }

  dig(name: string, type?: string): ExplainedDnsAnswer {
    return this.#names().answer(name, type)
  }

  resources(): EnvoyResources {
    return this.#resources()
  }

  conflicts(settings: ConflictSettings = {}): ConflictReport {
    checkFields(settings, CONFLICT_SETTINGS, CONFLICTS)
    const { port } = settings
    if (port !== undefined && !Number.isInteger(port)) throw new UserError(`${CONFLICTS}: port must be a number`)
    const fixes = flagOf(settings.fixes, `${CONFLICTS}: fixes`) ?? true
    const answer = fixes
      ? conflictAnswer(this.#view, this.#viewIn, { port }).answer
      : answerWithoutFixes(this.description, this.#view, { port })
    return conflictsMessage(answer)
  }

  trace(request: string | TraceRequest, settings: TraceSettings = {}): Trace {
    return this.#trace()(request, settings)
  }
}

/** @throws UserError when the mesh does not have the proxy, or when its node is invalid */
export function proxyOf(choice: ProxyChoice, state: MeshState): Proxy {
  const stated = statedIn(choice, state)
  const found = stated.choose(state.mesh.snapshot)
  const problems: SourceProblem[] = []
  const mesh = ownMesh(found, state, problems)
  const selected = mesh === state.mesh ? found : stated.choose(mesh.snapshot)
  return new LoadedProxy(mesh, stated, selected, [...problems, ...selected.problems])
}
