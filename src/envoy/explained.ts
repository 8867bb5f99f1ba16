import type { Explained, Origin } from './facts.ts'

/** A resource whose origins are computed on demand. */
export class LazilyExplained<R> implements Explained<R> {
  readonly resource: R
  readonly #explain: () => readonly Origin[]
  #origins: readonly Origin[] | undefined

  constructor(resource: R, explain: () => readonly Origin[]) {
    this.resource = resource
    this.#explain = explain
  }

  get origins(): readonly Origin[] {
    this.#origins ??= this.#explain()
    return this.#origins
  }
}
