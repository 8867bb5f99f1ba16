/** The meshes that proxies are computed in. */
import { computeMesh, type Mesh } from '../../pipeline.ts'
import { type IstioVersion, versionText } from '../../releases/version.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { Loaded } from '../load.ts'

/** Meshes of a few istiods and releases, each computed once. */
export class Meshes {
  readonly #computed = new Map<string, Mesh>()

  /** @param version that of the proxy, which applies if the input does not state istiod's */
  of(loaded: Loaded, version: IstioVersion | undefined): Mesh {
    const { istiods, release } = loaded.snapshot
    const assumed = release.origin.kind === 'assumed' ? version : undefined
    const key = JSON.stringify([istiods.applied, assumed && versionText(assumed)])
    const known = this.#computed.get(key) ?? computeMesh(snapshotOf(loaded, assumed))
    this.#computed.set(key, known)
    return known
  }
}

const snapshotOf = (loaded: Loaded, version: IstioVersion | undefined): Snapshot =>
  version === undefined ? loaded.snapshot : loaded.under({ istioVersion: version })
