/** A part of a buffer. */
export interface Slice {
  readonly buffer: Uint8Array
  readonly start: number
  readonly length: number
}

const SLAB = 1 << 16

/** Hands out parts of large buffers, because making a small buffer for every response takes longer than filling it. */
export class Slab {
  #buffer = new Uint8Array(SLAB)
  #used = 0

  /** A part that no one else has; what it contains is arbitrary. */
  take(length: number): Slice {
    if (this.#used + length > this.#buffer.length) {
      this.#buffer = new Uint8Array(Math.max(SLAB, length))
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    return { buffer: this.#buffer, start, length }
  }

  /** Gives back the end of the part that was taken last. */
  shorten({ buffer, start }: Slice, length: number): Slice {
    this.#used = start + length
    return { buffer, start, length }
  }
}
