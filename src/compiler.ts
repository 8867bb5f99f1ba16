import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** The Node version for which these flags were measured. Its V8 has no fast optimizer (Maglev). */
const NODE_20 = /^20\./

const isNode20 = (): boolean => NODE_20.test(process.versions.node)

/** How long V8 waits before it optimizes a function; its default is 67,584. */
const BUDGETS = {
  short: '--interrupt-budget=2000000',
  long: '--interrupt-budget=500000',
  endless: '--interrupt-budget=67584',
} as const

/**
 * Sets V8 up for a run of a second or less.
 *
 * V8 waits longer before it optimizes a function. With the default budget a third of the CPU time of such a run goes
 * into optimizing code that then runs a few thousand times. Hot code is still optimized.
 *
 * The young generation stays at a megabyte. Growing it to 16 takes 30 MB and no less CPU with 1,000 objects.
 */
export function startSmall(): void {
  if (!isNode20()) return
  setFlagsFromString(BUDGETS.short)
  setFlagsFromString('--semi-space-growth-factor=1')
}

const youngBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0

/** The size of the young generation for a larger input: two halves of 4 MB. */
const YOUNG_BYTES = 8 << 20

/** Lists of a thousand numbers; the young generation grows when a megabyte of them has survived. */
const MOST_SURVIVORS = 1_000

/**
 * Lets the young generation grow once, from one to four megabytes. By itself V8 lets it grow to sixteen, which takes 25 MB
 * more for no less CPU. Its size cannot be set once Node runs, only the factor by which it grows when much survives.
 */
function growYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=4')
  const survivors: unknown[] = []
  while (youngBytes() < YOUNG_BYTES && survivors.length < MOST_SURVIVORS) survivors.push(new Array(1000).fill(0))
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** From this size on, a larger young generation saves a tenth of the run time. */
const MEDIUM_INPUT_BYTES = 1_000_000

/** From this size on, saving memory is worth a tenth of the run time. */
const LARGE_INPUT_BYTES = 16_000_000

/**
 * Sets the limits of the heap for an input. From a megabyte on the young generation is larger, and the heap grows by
 * 150 % between collections: by default V8 lets it grow to four times the live data while the machine has memory. When the
 * input is large, it grows by 40 %, and it pays to optimize sooner.
 * @param bytes of the input
 */
export function fitHeap(bytes: number): void {
  if (bytes >= MEDIUM_INPUT_BYTES && isNode20()) growYoungGeneration()
  if (bytes >= MEDIUM_INPUT_BYTES) setFlagsFromString('--heap-growing-percent=150')
  if (bytes < LARGE_INPUT_BYTES) return
  setFlagsFromString('--heap-growing-percent=40')
  optimizeSooner()
}

/** For a large mesh that is computed again and again: the heap grows by 40 % between collections. */
export function growSlowly(): void {
  setFlagsFromString('--heap-growing-percent=40')
}

/** For what computes a mesh several times: there, optimized code pays. */
export function optimizeSooner(): void {
  if (isNode20()) setFlagsFromString(BUDGETS.long)
}

/**
 * For a program that computes a mesh again after each change: code is optimized as early as V8 does by itself, and the
 * young generation may grow whatever the size of the input. With 1,000 entries a change then takes a quarter
 * less CPU time.
 */
export function runLong(): void {
  if (!isNode20()) return
  setFlagsFromString(BUDGETS.endless)
  setFlagsFromString('--semi-space-growth-factor=2')
}
