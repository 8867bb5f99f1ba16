/**
 * Keeps what stays the same when a mesh is loaded again after a change. Pass the same one each time, with the same
 * options; the results are those of a mesh that is loaded without it.
 */
export class MeshMemory {
  readonly #name = 'mesh'

  get [Symbol.toStringTag](): string {
    return this.#name
  }
}
