/** What proxies would have got from an older version of the mesh, and from the newer one with single changes undone. */
import { oncePer } from '../../common/once.ts'
import { computeMesh, computeProxyView, type Mesh } from '../../pipeline.ts'
import { withOverrides } from '../../proxy/choice.ts'
import { ProxyError } from '../../proxy/error.ts'
import type { IstioVersion } from '../../releases/version.ts'
import type { ProxyView } from '../../scope/view.ts'
import { computedFor, type EarlierProxy, type ProxyState, verifyProxy } from '../../verification/index.ts'
import type { Loaded } from '../load.ts'
import type { NodeChooser } from '../proxy.ts'
import type { ProxyRequest } from '../request.ts'
import { type ChangedObject, type Changes, changesBetween } from './changed.ts'
import { Meshes } from './meshes.ts'

/** An older version of the mesh. */
export interface EarlierMesh {
  /** How the user has named it. */
  readonly name: string
  readonly loaded: Loaded
}

/** More changes than these are not undone one by one, and not for more proxies. */
const MOST_UNDONE = 8
const MOST_COMPARED = 100

export class EarlierVersions {
  readonly #earlier: EarlierMesh
  readonly #loaded: Loaded
  readonly #request: ProxyRequest
  readonly #changes: Changes
  readonly #meshes = new Meshes()
  /** The newer version with a change undone, for each release of istiod. */
  readonly #meshWithout = oncePer((change: ChangedObject) =>
    oncePer((istioVersion: IstioVersion) =>
      computeMesh(this.#loaded.of(this.#changes.without(change), { istioVersion })),
    ),
  )
  #left = MOST_COMPARED

  constructor(earlier: EarlierMesh, loaded: Loaded, request: ProxyRequest) {
    this.#earlier = earlier
    this.#loaded = loaded
    this.#request = request
    this.#changes = changesBetween(earlier.loaded.documents, loaded.documents)
  }

  #viewIn(mesh: Mesh, choose: NodeChooser): ProxyView {
    return computeProxyView(mesh, withOverrides(choose(mesh.snapshot).node, this.#request))
  }

  /** Findings about the proxy if a change is undone; undefined beyond the budget, or if there is no such proxy then. */
  #verifiedWithout(change: ChangedObject, { state, view, choose }: EarlierInput) {
    if (this.#changes.objects.length > MOST_UNDONE || this.#left-- <= 0) return undefined
    const mesh = this.#meshWithout(change)(view.registry.snapshot.release.version)
    return orNone(() => verifyProxy(computedFor(this.#viewIn(mesh, choose)).resources, state))
  }

  /** What the older version gives to a proxy; undefined if it does not have the workload that the user has named. */
  of(input: EarlierInput): EarlierProxy | undefined {
    const { name, loaded } = this.#earlier
    return orNone(() => {
      const mesh = this.#meshes.of(loaded, input.view.registry.snapshot.release.version)
      const computed = computedFor(this.#viewIn(mesh, input.choose))
      const verification = verifyProxy(computed.resources, input.state)
      const changed = this.#changes.objects.map((change) => ({
        ...change,
        undone: () => this.#verifiedWithout(change, input),
      }))
      return { name, computed, verification, changed }
    })
  }
}

/** A proxy that is compared with today's mesh. */
export interface EarlierInput {
  readonly state: ProxyState
  readonly view: ProxyView
  readonly choose: NodeChooser
}

function orNone<T>(compute: () => T): T | undefined {
  try {
    return compute()
  } catch (error) {
    if (error instanceof ProxyError) return undefined
    throw error
  }
}
