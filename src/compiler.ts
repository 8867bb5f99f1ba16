import { setFlagsFromString } from 'node:v8'

/** Whose V8 has the flag and no quick optimizer (Maglev) that makes it superfluous. */
const NODE_WITHOUT_MAGLEV = /^20\./

/**
 * Lets V8 wait longer before it optimizes a function. A run lasts a second or less, and with the usual budget a quarter
 * of its CPU time goes into optimizing code that then runs a few thousand times; what is really hot is optimized still.
 */
export function optimizeLater(): void {
  if (NODE_WITHOUT_MAGLEV.test(process.versions.node)) setFlagsFromString('--interrupt-budget=500000')
}

/** From here on memory matters more than a tenth of the time. */
const LARGE_INPUT_BYTES = 16_000_000

/**
 * Lets the heap grow by 60 % between collections when the input is large. V8 would let it grow to four times what is
 * alive, because the machine has the memory: a gigabyte for a mesh that needs 400 MB. Smaller heaps cost little anyway.
 * @param bytes of the input
 */
export function growHeapSlowly(bytes: number): void {
  if (bytes >= LARGE_INPUT_BYTES) setFlagsFromString('--heap-growing-percent=60')
}
