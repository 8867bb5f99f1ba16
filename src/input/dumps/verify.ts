/** Compares what proxies have with what istiod would send to them. */
import { UserError } from '../../common/errors.ts'
import { oncePerKey } from '../../common/once.ts'
import { chooseNode } from '../../proxy/choice.ts'
import { parseNode } from '../../proxy/node.ts'
import { parseIstioVersion } from '../../releases/version.ts'
import type { ProxyView } from '../../scope/view.ts'
import { fieldAt } from '../../sources/mapping.ts'
import {
  computedFor,
  explainFindings,
  NotModelledError,
  type ProxyState,
  unmodelledObjects,
  type Verified,
  type VerifiedProxy,
  verifyProxy,
} from '../../verification/index.ts'
import type { Loaded } from '../load.ts'
import { type NodeChooser, viewInMesh } from '../proxy.ts'
import type { Reporter } from '../reporter.ts'
import type { ViewRequest } from '../request.ts'
import { underOwnIstiod } from '../revision.ts'
import { type EarlierMesh, EarlierVersions } from './earlier.ts'
import type { Evidence } from './evidence.ts'
import { Meshes } from './meshes.ts'
import { OnceReporter } from './once-reporter.ts'

const NOTHING = 'the dump has no listeners, routes, clusters or endpoints to compare'
const NO_NODE = 'the dump does not tell which proxy it is of'

/** Sorts of proxies that istiod serves and vipctl does not compute. */
const NOT_MODELLED: ReadonlySet<string> = new Set(['waypoint', 'ztunnel', 'agentgateway'])

/** The node of the request, otherwise that of the dump. */
function chooserOf(state: ProxyState, name: string, given: NodeChooser | undefined): NodeChooser {
  if (given) return given
  if (state.node === undefined || state.node === null) {
    throw new UserError(NO_NODE, 'dump all of it, or name the proxy with --proxy or --node')
  }
  const id = String(fieldAt(state.node, 'id') ?? '').slice(0, 200)
  const [type = ''] = id.split('~')
  if (NOT_MODELLED.has(type)) throw new NotModelledError(`this is a ${type}, which vipctl does not model`)
  const node = parseNode(state.node, `${id === '' ? 'the proxy' : `proxy ${id}`} of ${name}`)
  return (snapshot) => chooseNode({ node }, snapshot)
}

/** Compares proxies with one mesh. */
export class Verifier {
  readonly #loaded: Loaded
  readonly #request: ViewRequest
  readonly #given: NodeChooser | undefined
  readonly #earlier: EarlierVersions | undefined
  readonly #reporter: OnceReporter
  readonly #now = new Meshes()

  /**
   * @param given the proxy that the user has named, which overrides the node of a dump
   * @param earlier a mesh that explains what the proxy has not got yet
   */
  constructor(
    loaded: Loaded,
    request: ViewRequest,
    reporter: Reporter,
    { given, earlier }: { readonly given?: NodeChooser | undefined; readonly earlier?: EarlierMesh | undefined } = {},
  ) {
    this.#loaded = { ...loaded, ofRevision: oncePerKey(loaded.ofRevision) }
    this.#request = request
    this.#given = given
    this.#earlier = earlier && new EarlierVersions(earlier, loaded, request.proxy)
    this.#reporter = new OnceReporter(reporter)
  }

  async #viewOf(choose: NodeChooser): Promise<ProxyView> {
    const { input, proxy } = this.#request
    const own = await underOwnIstiod(this.#loaded, choose, input, this.#reporter)
    const { node, problems } = choose(own.snapshot)
    await this.#reporter.report(problems)
    const version = parseIstioVersion(node.metadata.get('ISTIO_VERSION') ?? '')
    const mesh = this.#now.of(own, version)
    const { view } = await viewInMesh(mesh, { ...own, snapshot: mesh.snapshot }, choose, proxy, this.#reporter)
    return view
  }

  async #verified(evidence: Evidence): Promise<VerifiedProxy> {
    const { name } = evidence
    const state = await evidence.state()
    const choose = chooserOf(state, name, this.#given)
    const view = await this.#viewOf(choose)
    const computed = computedFor(view)
    const verification = verifyProxy(computed.resources, state)
    if (verification.kinds.length === 0) throw new UserError(NOTHING, 'dump all of it: config_dump?include_eds=true')
    const earlier = this.#earlier?.of({ state, view, choose })
    const unmodelled = unmodelledObjects(view.registry.snapshot)
    const kinds = explainFindings(verification, { state, computed, unmodelled, earlier })
    const { release } = view.registry.snapshot
    // Its resources are not needed any more, and those of many proxies would fill the memory.
    const rest = { ...state, resources: new Map() }
    return { name, view, release, state: rest, kinds, absent: verification.absent }
  }

  /** Compares one proxy. What is wrong with its evidence is a part of the answer. */
  async verify(evidence: Evidence): Promise<Verified> {
    try {
      return await this.#verified(evidence)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const { message, hint } = error
      return { name: evidence.name, error: { message, hint }, notModelled: error instanceof NotModelledError }
    }
  }
}
