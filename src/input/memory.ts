/**
 * Bounds what is read by the memory that Node.js may use. V8 ends the process when its heap is full, without an answer
 * and without a message for people, so what is read may only take a part of it.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { UserError } from '../common/errors.ts'
import { DEFAULT_LIMITS, type Limits, withThousands } from '../sources/limits.ts'

const MEBIBYTE = 1 << 20

/** What V8 keeps for new objects, apart from `--max-old-space-size`: more since version 13, which Node 24 has. */
const YOUNG_GENERATION = (Number.parseInt(process.versions.v8, 10) < 13 ? 48 : 192) * MEBIBYTE

/** What the program itself takes, and what it computes from documents for each byte that they take, measured with lint. */
const OWN = 40 * MEBIBYTE
const FACTOR = 1.8

/** The parser holds about 130 bytes for a value while it reads its document, and the value itself is about as large. */
const BYTES_PER_VALUE = 300

const heapSize = (): number => getHeapStatistics().heap_size_limit - YOUNG_GENERATION

/** How much may be held when everything is read. */
const mostHeld = (heap: number): number => Math.max(0, (heap - OWN) / FACTOR)

function raisedBy(): string {
  const size = Math.max(1024, 2 ** Math.ceil(Math.log2((heapSize() / MEBIBYTE) * 2)))
  return `NODE_OPTIONS=--max-old-space-size=${size} lets Node.js use more memory, ${withThousands(size)} MB`
}

let collect: (() => void) | undefined

/** Collects garbage at once: where little is held, that costs least, and the heap grows from there. */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}

/** What the heap held after the last collection, in bytes. */
let held = 0

/**
 * Checks that what is read still fits.
 * @param more bytes that are about to be added
 * @throws UserError when it does not
 */
export function checkMemory(more = 0): void {
  const heap = heapSize()
  const most = mostHeld(heap)
  const used = (): number => getHeapStatistics().used_heap_size + more
  // Collecting takes time in proportion to what is held, so only growth is a reason for it.
  if (used() <= Math.max(most, held + (heap - most) / 4)) return
  collectGarbage()
  held = used() - more
  if (held + more <= most) return
  const size = withThousands(Math.floor(heap / MEBIBYTE))
  throw new UserError(`the input needs more memory than Node.js may use here (${size} MB)`, raisedBy())
}

/**
 * Checks that the text of a file still fits. Text that is not Latin takes two bytes for each that was read.
 * @param bytes the size of the file
 * @throws UserError when it does not
 */
export const checkMemoryForText = (bytes: number): void => checkMemory(bytes * 2)

/** The limits of documents: the usual ones, or smaller ones when there is little memory. */
export function limitsInMemory(): Partial<Limits> {
  const documentNodes = Math.floor(heapSize() / BYTES_PER_VALUE)
  return documentNodes < DEFAULT_LIMITS.documentNodes ? { documentNodes, raisedBy: raisedBy() } : {}
}
