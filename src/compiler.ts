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
