import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'

/** A source that holds more than the limit. */
export class TooLargeError extends Error {
  constructor() {
    super('larger than the limit')
    this.name = 'TooLargeError'
  }
}

const CHUNK = 1 << 20

/** Reads what has no size beforehand, such as a pipe, and stops at the limit: a device may never end. */
function readStream(descriptor: number, limit: number): Buffer {
  const chunks: Buffer[] = []
  let total = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const count = readSync(descriptor, chunk, 0, CHUNK, null)
    if (count === 0) return Buffer.concat(chunks)
    total += count
    if (total > limit) throw new TooLargeError()
    chunks.push(chunk.subarray(0, count))
  }
}

/**
 * The bytes of a file, pipe or device.
 * @param limit in bytes
 * @throws TooLargeError beyond the limit, and what `node:fs` throws
 */
export function readBytes(path: string, limit: number): Buffer {
  const descriptor = openSync(path, 'r')
  try {
    const info = fstatSync(descriptor)
    if (!info.isFile() || info.size === 0) return readStream(descriptor, limit)
    if (info.size > limit) throw new TooLargeError()
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The bytes of standard input. Throws TooLargeError beyond the limit, in bytes. */
export async function readStdin(limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of process.stdin) {
    total += (chunk as Buffer).length
    if (total > limit) throw new TooLargeError()
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
