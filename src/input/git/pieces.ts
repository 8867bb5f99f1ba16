/** Reads what a program prints. */
import { UserError } from '../../common/errors.ts'

/** Reads lines and pieces of a stream in order. */
export class PieceReader {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #label: string
  #waiting: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>, label: string) {
    this.#chunks = stream[Symbol.asyncIterator]()
    this.#label = label
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#chunks.next()
    if (done) throw new UserError(`${this.#label}: git stopped in the middle of a file`)
    return value
  }

  async line(): Promise<string> {
    let end = this.#waiting.indexOf(10)
    while (end < 0) {
      this.#waiting = Buffer.concat([this.#waiting, await this.#next()])
      end = this.#waiting.indexOf(10)
    }
    const line = this.#waiting.subarray(0, end).toString()
    this.#waiting = this.#waiting.subarray(end + 1)
    return line
  }

  async bytes(count: number): Promise<Buffer> {
    const pieces = [this.#waiting]
    let length = this.#waiting.length
    while (length < count) {
      const piece = await this.#next()
      pieces.push(piece)
      length += piece.length
    }
    const all = Buffer.concat(pieces)
    this.#waiting = all.subarray(count)
    return all.subarray(0, count)
  }
}
