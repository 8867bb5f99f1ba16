/** The meshes that suites are about: each combination of inputs and settings is computed once. */
import { dirname, isAbsolute, join } from 'node:path'
import { Reached } from '../../answers/suite/coverage.ts'
import type { Suite } from '../../answers/suite/model.ts'
import { UserError } from '../../common/errors.ts'
import { once, oncePer } from '../../common/once.ts'
import {
  assumedRouters,
  type Client,
  clientOf,
  computeMesh,
  computeProxyView,
  type Memory,
  type Mesh,
  Peers,
  type ProxyView,
  routersOf,
} from '../../index.ts'
import { type Loaded, load } from '../../input/load.ts'
import { nodeChooser, viewInMesh } from '../../input/proxy.ts'
import { type InputRequest, type ProxyRequest, pathsOf } from '../../input/request.ts'
import type { InputOptions } from '../input-options.ts'
import { inputRequest } from '../request.ts'
import type { Session } from '../session.ts'
import type { Follow } from './watch.ts'

/** Flags of the command line override what the suite states. */
function optionsOf(suite: Suite, options: InputOptions): InputOptions {
  const relative = (path: string): string => (isAbsolute(path) ? path : join(dirname(suite.file), path))
  const { inputs, remotes, namespace, istioVersion, istiodEnv, meshConfig } = suite
  if (inputs.length === 0 && options.filename === undefined) {
    throw new UserError(`${suite.file} has no inputs`, 'list manifests under inputs, or give -f')
  }
  return {
    ...options,
    ...(options.filename === undefined && { filename: inputs.map(relative) }),
    ...(remotes.size > 0 &&
      !options.remote && { remote: [...remotes].map(([id, path]) => [id, relative(path)] as const) }),
    ...(namespace !== undefined && options.namespace === undefined && { namespace }),
    ...(istioVersion !== undefined && options.istioVersion === undefined && { istioVersion }),
    ...(meshConfig !== undefined && options.meshConfig === undefined && { meshConfig: relative(meshConfig) }),
    istiodEnv: [...istiodEnv, ...(options.istiodEnv ?? [])],
  }
}

/** One mesh, with the views and clients that tests ask for. */
export class SuiteMesh {
  readonly mesh: Mesh
  readonly peers: Peers
  /** undefined unless coverage is wanted. */
  readonly reached: Reached | undefined
  readonly #loaded: Loaded
  readonly #request: InputRequest
  readonly #session: Session
  readonly #views = new Map<string, Promise<ProxyView>>()
  readonly client = oncePer((view: ProxyView): Client => clientOf(view, this.mesh.scope))
  /** The views of the routers of the input, then of those that vipctl assumes because of its Gateways. */
  readonly routers = once((): readonly ProxyView[] => {
    const { snapshot } = this.mesh
    return [...routersOf(snapshot), ...assumedRouters(snapshot)].map(({ node }) => computeProxyView(this.mesh, node))
  })

  constructor(loaded: Loaded, request: InputRequest, session: Session, covers: boolean) {
    this.#loaded = loaded
    this.#request = request
    this.#session = session
    this.mesh = computeMesh(loaded.snapshot)
    this.peers = new Peers(this.mesh.scope)
    this.reached = covers ? new Reached(loaded.snapshot) : undefined
  }

  /**
   * What a proxy sees.
   * @param proxy as `--proxy` takes it; undefined for a synthetic sidecar in the namespace
   * @throws ProxyError when the mesh does not have the proxy
   */
  view(proxy: string | undefined, namespace: string | undefined, metadata: Suite['metadata']): Promise<ProxyView> {
    const key = JSON.stringify([proxy, namespace, ...metadata])
    const known = this.#views.get(key)
    if (known) return known
    const asked: ProxyRequest = { proxy, node: undefined, metadata, search: [] }
    const view = this.#viewOf(asked, namespace ?? this.#loaded.namespace)
    this.#views.set(key, view)
    return view
  }

  async #viewOf(asked: ProxyRequest, namespace: string): Promise<ProxyView> {
    const choose = await nodeChooser(asked, this.#request, namespace, this.#session)
    return (await viewInMesh(this.mesh, this.#loaded, choose, asked, this.#session)).view
  }
}

/** What stays the same from one run to the next, by the options of a mesh; undefined if there is only one run. */
export type MemoryOf = (options: string) => Memory | undefined

export class SuiteMeshes {
  readonly #options: InputOptions
  readonly #session: Session
  readonly #follow: Follow
  readonly #covers: boolean
  readonly #memoryOf: MemoryOf
  readonly #meshes = new Map<string, SuiteMesh>()

  /** @param covers whether to collect what the tests reach */
  constructor(options: InputOptions, session: Session, follow: Follow, covers: boolean, memoryOf: MemoryOf) {
    this.#covers = covers
    this.#memoryOf = memoryOf
    this.#options = options
    this.#session = session
    this.#follow = follow
  }

  /** @throws UserError when the suite has no inputs, or when they cannot be read */
  async of(suite: Suite): Promise<SuiteMesh> {
    const options = optionsOf(suite, this.#options)
    const key = JSON.stringify(options)
    const known = this.#meshes.get(key)
    if (known) return known
    const made = await inputRequest(options, this.#session)
    // A memory follows one mesh, and the configuration may state another one now.
    const request = { ...made, memory: this.#memoryOf(`${key}\n${made.configuration?.state}`) }
    this.#follow({ ...request, paths: pathsOf(request) })
    const mesh = new SuiteMesh(await load(request, this.#session), request, this.#session, this.#covers)
    this.#meshes.set(key, mesh)
    return mesh
  }

  /** What the tests of each mesh reach. */
  get reached(): readonly Reached[] {
    return [...this.#meshes.values()].flatMap(({ reached }) => reached ?? [])
  }
}
