import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'

/** A source is larger than the limit. */
export class TooLargeError extends Error {
  constructor() {
    super('larger than the limit')
    this.name = 'TooLargeError'
  }
}

const CHUNK = 1 << 20

/** Reads a source of unknown size, such as a pipe, up to the limit, because a device may be endless. */
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
 * Reads a file, pipe or device.
 * @param limit in bytes
 * @throws TooLargeError above the limit, and errors of `node:fs`
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

/** Reads standard input. Throws TooLargeError above the limit in bytes. */
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
