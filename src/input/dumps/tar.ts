/** Reads tar archives from a stream, in memory bounds: nothing is written, so names and links in them can do no harm. */

/** An archive is damaged, or larger than what is read. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

const BLOCK = 512
const NAME = [0, 100] as const
const SIZE = [124, 12] as const
const CHECKSUM = [148, 8] as const
const TYPE = 156
const PREFIX = [345, 155] as const
const MAGIC = [257, 5] as const

/** Longer names are not of the archives that are read. */
const MOST_NAME = 65_536
const MOST_ENTRIES = 1_000_000

export interface TarLimits {
  /** Of all that is unpacked. */
  readonly total: number
  /** Of one file that is kept. */
  readonly file: number
  /** Of all files that are kept. */
  readonly kept: number
}

export interface TarFile {
  readonly name: string
  readonly bytes: Buffer
}

/** A field of text ends at its first zero. */
function textField(header: Buffer, [start, length]: readonly [number, number]): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? length : end).toString('utf8')
}

/** Octal digits, or bytes of a number if the first bit is set. */
function numberField(header: Buffer, [start, length]: readonly [number, number]): number {
  const field = header.subarray(start, start + length)
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = (field[0] ?? 0) & 0x7f
    for (const byte of field.subarray(1)) value = value * 256 + byte
    return value
  }
  const text = textField(header, [start, length]).trim()
  return text === '' ? 0 : Number(/^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN)
}

/** The sum of all bytes, with the checksum itself read as spaces. */
function isHeader(header: Buffer): boolean {
  const [start, length] = CHECKSUM
  let sum = 0
  for (const [index, byte] of header.entries()) sum += index >= start && index < start + length ? 0x20 : byte
  return sum === numberField(header, CHECKSUM)
}

/** The value of a key in a PAX header: records of `LENGTH KEY=VALUE`. */
function paxValue(data: Buffer, wanted: string): string | undefined {
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at)
    const length = space < 0 ? Number.NaN : Number(data.subarray(at, space).toString('latin1'))
    if (!Number.isInteger(length) || length <= space - at) return undefined
    const record = data.subarray(space + 1, at + length - 1).toString('utf8')
    const equals = record.indexOf('=')
    if (record.slice(0, equals) === wanted) return record.slice(equals + 1)
    at += length
  }
  return undefined
}

interface Member {
  readonly name: string
  readonly type: string
  readonly size: number
  /** What has been read of it, if it is kept. */
  readonly chunks: Buffer[] | undefined
  left: number
  /** Up to the next header. */
  padding: number
}

const LONG_NAME = 'L'
const PAX = 'x'
const isFile = (type: string): boolean => type === '0' || type === '\0'

/** Takes the chunks of an archive and gives the files in it. */
class TarReader {
  readonly #wants: (name: string) => boolean
  readonly #limits: TarLimits
  #rest: Buffer = Buffer.alloc(0)
  #member: Member | undefined
  /** A name that an extension states for the next member. */
  #nextName: string | undefined
  #total = 0
  #kept = 0
  #entries = 0
  #ended = false

  constructor(wants: (name: string) => boolean, limits: TarLimits) {
    this.#wants = wants
    this.#limits = limits
  }

  *take(chunk: Buffer): Iterable<TarFile> {
    this.#total += chunk.length
    if (this.#total > this.#limits.total) throw new ArchiveError('it unpacks to more than the limit')
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (!this.#ended && data.length > 0) {
      if (this.#member) {
        const length = Math.min(data.length, this.#member.left + this.#member.padding)
        yield* this.#body(this.#member, data.subarray(0, length))
        data = data.subarray(length)
      } else if (data.length < BLOCK) break
      else {
        yield* this.#header(data.subarray(0, BLOCK))
        data = data.subarray(BLOCK)
      }
    }
    this.#rest = this.#ended ? Buffer.alloc(0) : Buffer.from(data)
  }

  /** @throws ArchiveError when a member is cut off */
  finish(): void {
    if (this.#member || this.#rest.length > 0) throw new ArchiveError('it is cut off')
    if (this.#entries === 0) throw new ArchiveError('it has no files')
  }

  *#header(header: Buffer): Iterable<TarFile> {
    if (header.every((byte) => byte === 0)) {
      this.#ended = this.#entries > 0
      return
    }
    if (!isHeader(header)) throw new ArchiveError(this.#entries === 0 ? 'it is not a tar archive' : 'it is damaged')
    if (++this.#entries > MOST_ENTRIES) throw new ArchiveError(`it has more than ${MOST_ENTRIES} entries`)
    const size = numberField(header, SIZE)
    if (!Number.isSafeInteger(size)) throw new ArchiveError('it is damaged')
    const type = String.fromCharCode(header[TYPE] ?? 0)
    const prefix = textField(header, MAGIC) === 'ustar' ? textField(header, PREFIX) : ''
    const own = `${prefix === '' ? '' : `${prefix}/`}${textField(header, NAME)}`
    const isExtension = type === LONG_NAME || type === PAX
    const name = isExtension ? '' : (this.#nextName ?? own)
    if (!isExtension) this.#nextName = undefined
    if (isExtension && size > MOST_NAME) throw new ArchiveError('a name in it is too long')
    const keeps = isExtension || (isFile(type) && this.#wants(name))
    if (keeps) this.#count(size, name)
    const padding = (BLOCK - (size % BLOCK)) % BLOCK
    this.#member = { name, type, size, chunks: keeps ? [] : undefined, left: size, padding }
    yield* this.#body(this.#member, Buffer.alloc(0))
  }

  #count(size: number, name: string): void {
    if (size > this.#limits.file) throw new ArchiveError(`${JSON.stringify(name.slice(0, 200))} in it is too large`)
    this.#kept += size
    if (this.#kept > this.#limits.kept) throw new ArchiveError('what it says about proxies is larger than the limit')
  }

  *#body(member: Member, data: Buffer): Iterable<TarFile> {
    const body = data.subarray(0, member.left)
    // A copy, so that the whole chunk can be released.
    if (body.length > 0) member.chunks?.push(Buffer.from(body))
    member.left -= body.length
    member.padding -= data.length - body.length
    if (member.left > 0 || member.padding > 0) return
    this.#member = undefined
    if (!member.chunks) return
    const bytes = Buffer.concat(member.chunks)
    if (member.type === LONG_NAME) this.#nextName = textField(bytes, [0, bytes.length])
    else if (member.type === PAX) this.#nextName = paxValue(bytes, 'path')
    else yield { name: member.name, bytes }
  }
}

/**
 * The files of an archive.
 * @param wants whether a file is read, by its name
 * @throws ArchiveError, and errors of the stream
 */
export async function* tarFiles(
  chunks: AsyncIterable<Buffer>,
  wants: (name: string) => boolean,
  limits: TarLimits,
): AsyncIterable<TarFile> {
  const reader = new TarReader(wants, limits)
  for await (const chunk of chunks) yield* reader.take(chunk)
  reader.finish()
}
