/**
 * Reads messages of the base protocol. Unlike the reader of vscode-jsonrpc, it goes on after a header or a body that is
 * malformed, and has limits.
 */
import type { Readable } from 'node:stream'
import { AbstractMessageReader, type DataCallback, type Disposable } from 'vscode-languageserver/node'

/** The largest message, in bytes: a document of twice the size that is read, as JSON. */
const LARGEST_BODY = 256 << 20
/** A longer header is not one. */
const LONGEST_HEADER = 4_096
const HEADER_END = Buffer.from('\r\n\r\n')
/** The last one counts: what is before it may be the rest of a message whose header was wrong. */
const CONTENT_LENGTH = /Content-Length:[ \t]*(\d+)[ \t]*\r\n(?:[^\r\n]*\r\n)?\r\n$/i

export class MessageReader extends AbstractMessageReader {
  readonly #input: Readable
  #chunks: Buffer[] = []
  #size = 0
  /** The length of the body that comes next; undefined before its header. */
  #expected: number | undefined

  constructor(input: Readable) {
    super()
    this.#input = input
  }

  listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer): void => this.#take(chunk, callback)
    const onEnd = (): void => this.fireClose()
    const onError = (error: Error): void => this.fireError(error)
    this.#input.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError)
    return {
      dispose: () => {
        this.#input.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError)
      },
    }
  }

  #take(chunk: Buffer, callback: DataCallback): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    while (this.#expected === undefined ? this.#readHeader() : this.#readBody(this.#expected, callback));
  }

  /** What has arrived and is not read yet. */
  #pending(): Buffer {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks)
    this.#chunks = [all]
    return all
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
  }

  /** @returns whether to go on reading */
  #readHeader(): boolean {
    if (this.#size === 0) return false
    const pending = this.#pending()
    const end = pending.indexOf(HEADER_END)
    if (end < 0) {
      // The start of a header may be at its end.
      if (pending.length > LONGEST_HEADER) this.#keep(pending.subarray(-LONGEST_HEADER))
      return false
    }
    const after = end + HEADER_END.length
    const header = pending.subarray(Math.max(0, after - LONGEST_HEADER), after).toString('latin1')
    this.#keep(pending.subarray(after))
    const length = Number(CONTENT_LENGTH.exec(header)?.[1] ?? Number.NaN)
    if (length <= LARGEST_BODY) this.#expected = length
    else this.fireError(new Error(`a message was skipped: its header ${problemOf(length)}`))
    return true
  }

  /** @returns whether to go on reading */
  #readBody(length: number, callback: DataCallback): boolean {
    if (this.#size < length) return false
    const pending = this.#pending()
    const body = pending.subarray(0, length)
    this.#keep(pending.subarray(length))
    this.#expected = undefined
    const message = this.#parsed(body.toString('utf8'))
    if (message !== undefined) callback(message)
    return true
  }

  #parsed(text: string): Parameters<DataCallback>[0] | undefined {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      this.fireError(new Error(`a message was skipped: it is not JSON: ${(error as Error).message}`))
      return undefined
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as ReturnType<typeof JSON.parse>
    this.fireError(new Error('a message was skipped: it is not an object'))
    return undefined
  }
}

const problemOf = (length: number): string =>
  Number.isNaN(length) ? 'has no Content-Length' : `announces ${length} bytes, more than ${LARGEST_BODY}`
