import { setFlagsFromString } from 'node:v8'

/** Node versions whose V8 has the flag but no fast optimizer (Maglev), which makes it unnecessary. */
const NODE_WITHOUT_MAGLEV = /^20\./

/**
 * Makes V8 wait longer before it optimizes a function. A run lasts a second or less, and with the default budget a
 * quarter of its CPU time goes into optimizing code that then runs a few thousand times. Hot code is still optimized.
 */
export function optimizeLater(): void {
  if (NODE_WITHOUT_MAGLEV.test(process.versions.node)) setFlagsFromString('--interrupt-budget=500000')
}

/** From this size on, saving memory is worth a tenth of the run time. */
const LARGE_INPUT_BYTES = 16_000_000

/**
 * Lets the heap grow by 60 % between collections when the input is large. By default V8 lets it grow to four times
 * the live data while the machine has memory: a gigabyte for a mesh that needs 400 MB. Small heaps cost little
 * anyway.
 * @param bytes of the input
 */
export function growHeapSlowly(bytes: number): void {
  if (bytes >= LARGE_INPUT_BYTES) setFlagsFromString('--heap-growing-percent=60')
}
