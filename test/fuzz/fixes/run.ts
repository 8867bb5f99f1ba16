/**
 * Edits documents and fixes files of many seeds, and prints what went wrong.
 *
 * usage: npm run fuzz:fixes -- [--seeds N] [--start S] [--minutes M]
 *
 * Each seed edits ten documents and fixes a folder of files.
 */
import { parseArgs } from 'node:util'
import { tryEdits } from './edits.ts'
import { tryFixes } from './files.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    start: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
  },
})

const DOCUMENTS = 10
/** Progress is printed after this many seeds. */
const PROGRESS = 100

const start = Number(values.start)
const deadline = Date.now() + Number(values.minutes) * 60_000
let [seeds, fixed, edited, refused, failures] = [0, 0, 0, 0, 0]

function fail(kind: string, seed: number, problem: string): void {
  failures++
  console.log(`${kind} ${seed}: ${problem}`)
}

for (let seed = start; seed < start + Number(values.seeds) && Date.now() < deadline; seed++) {
  for (let document = seed * DOCUMENTS; document < (seed + 1) * DOCUMENTS; document++) {
    const trial = tryEdits(document)
    if (trial.refused) refused++
    else edited++
    if (trial.problem !== undefined) fail('document', document, trial.problem)
  }
  const trial = await tryFixes(seed)
  for (const problem of trial.problems) fail('folder', seed, problem)
  fixed += trial.fixed
  seeds++
  if (seeds % PROGRESS === 0) console.error(`${seeds} seeds, ${fixed} fixed files, ${failures} failures`)
}

console.log(
  `seeds ${start} to ${start + seeds - 1}: ${fixed} fixed files, ${edited} edited documents, ${refused} refused, ${failures} failures`,
)
process.exitCode = failures > 0 ? 1 : 0
