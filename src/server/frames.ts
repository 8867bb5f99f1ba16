/** Messages in a stream, each with its length before it (RFC 1035 section 4.2.2). */
import { readUint16, writeUint16 } from '../serving/format.ts'

const LENGTH = 2

/** A message with its length before it. */
export function framed(message: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(LENGTH + message.length)
  writeUint16(out, 0, message.length)
  out.set(message, LENGTH)
  return out
}

/** Collects what a stream brings, and gives it out message by message. */
export class Frames {
  #chunks: Buffer[] = []
  #size = 0

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  #joined(): Buffer {
    const joined = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks)
    this.#chunks = [joined]
    return joined
  }

  /** The size of the next message with its length; 2 while the length is unknown. */
  #wanted(): number {
    if (this.#size < LENGTH) return LENGTH
    const [first] = this.#chunks
    const bytes = first && first.length >= LENGTH ? first : this.#joined()
    return LENGTH + readUint16(bytes, 0)
  }

  /** @returns undefined if the next message is not complete */
  next(): Buffer | undefined {
    const wanted = this.#wanted()
    if (this.#size < LENGTH || this.#size < wanted) return undefined
    const bytes = this.#joined()
    this.#chunks = [bytes.subarray(wanted)]
    this.#size -= wanted
    return bytes.subarray(LENGTH, wanted)
  }
}
