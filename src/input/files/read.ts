import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs'
import { filePath, specialKind } from './names.ts'

/** A source is larger than the limit. */
export class TooLargeError extends Error {
  constructor() {
    super('larger than the limit')
    this.name = 'TooLargeError'
  }
}

/** Something that only the command line may name: a pipe, a socket or a device. */
export class SpecialFileError extends Error {
  constructor(kind: string) {
    super(`it is ${kind}`)
    this.name = 'SpecialFileError'
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

function readOpened(descriptor: number, info: Stats, limit: number): Buffer {
  // Files of /proc have no size.
  if (!info.isFile() || info.size === 0) return readStream(descriptor, limit)
  if (info.size > limit) throw new TooLargeError()
  return readFileSync(descriptor)
}

/**
 * Reads a file, pipe or device that the command line names.
 * @param limit in bytes
 * @throws TooLargeError above the limit, and errors of `node:fs`
 */
export function readBytes(path: string, limit: number): Buffer {
  const descriptor = openSync(filePath(path), 'r')
  try {
    return readOpened(descriptor, fstatSync(descriptor), limit)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a file that was found. It never waits, as a named pipe would make it do.
 * @param limit in bytes
 * @throws TooLargeError above the limit, an error for what is not a file, and errors of `node:fs`
 */
export function readRegular(path: string, limit: number): Buffer {
  const descriptor = openSync(filePath(path), constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const info = fstatSync(descriptor)
    if (info.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    if (!info.isFile()) throw new SpecialFileError(specialKind(info))
    return readOpened(descriptor, info, limit)
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
