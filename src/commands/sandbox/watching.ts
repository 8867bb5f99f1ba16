/** `--watch`: a sandbox gets the configuration of each later state of the input. */

import { UserError } from '../../common/errors.ts'
import { once } from '../../common/once.ts'
import { Memory } from '../../index.ts'
import { follow } from '../../input/follow.ts'
import { loadedFrom } from '../../input/load.ts'
import { type LoadedView, nodeChooser, viewOfLoaded } from '../../input/proxy.ts'
import type { ReadMesh } from '../../input/read.ts'
import type { Reporter } from '../../input/reporter.ts'
import type { ViewRequest } from '../../input/request.ts'
import type { Session } from '../session.ts'

const KEPT = 'the last configuration stays'

/** Is told of each later state. */
type Use = (input: LoadedView) => Promise<void>

/** Follows the input until it is stopped. */
export class Watching {
  readonly #stop = new AbortController()
  readonly #meshes: AsyncIterator<ReadMesh>
  readonly #viewOf: (mesh: ReadMesh) => Promise<LoadedView>
  #following: Promise<void> = Promise.resolve()
  #failure: unknown

  /** @param reporter is told of problems of each state */
  constructor(given: ViewRequest, reporter: Reporter) {
    // Standard input can be read only once.
    const input = { ...given.input, stdin: once(given.input.stdin), memory: new Memory() }
    const requirements = { reads: 'configuration', proxy: given.proxy.proxy } as const
    this.#meshes = follow(input, requirements, reporter, this.#stop.signal)[Symbol.asyncIterator]()
    const request = { ...given, input }
    this.#viewOf = async (mesh) => {
      const loaded = await loadedFrom(mesh, input, reporter, requirements)
      return viewOfLoaded(
        loaded,
        await nodeChooser(request.proxy, input, loaded.namespace, reporter),
        request,
        reporter,
      )
    }
  }

  /** @throws UserError, LiveError, ProxyError when the input cannot be read */
  async first(): Promise<LoadedView> {
    const { value } = await this.#meshes.next()
    return this.#viewOf(value as ReadMesh)
  }

  /** Passes later states on. A state that cannot be read leaves the last one in place. */
  followTo(use: Use, session: Session): void {
    const run = async (): Promise<void> => {
      for (;;) {
        const next = await this.#meshes.next()
        if (next.done) return
        await this.#passOn(next.value, use, session)
      }
    }
    this.#following = run().catch((error: unknown) => {
      this.#failure = error
    })
  }

  async #passOn(mesh: ReadMesh, use: Use, session: Session): Promise<void> {
    const broken = mesh.problems.find(({ severity }) => severity === 'error')
    if (broken) {
      await session.report([broken])
      await session.warn(KEPT)
      return
    }
    try {
      await use(await this.#viewOf(mesh))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      await session.warn(`${error.message}: ${KEPT}`, error.hint)
    }
  }

  async end(): Promise<void> {
    this.#stop.abort()
    await this.#meshes.return?.()
    await this.#following
    if (this.#failure !== undefined) throw this.#failure
  }
}
