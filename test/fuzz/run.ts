/**
 * Runs hostile inputs through the commands and prints what went wrong.
 *
 * usage: npx tsx test/fuzz/run.ts [--seeds N] [--start S] [--minutes M] [--large] [--keep DIR] [--child]
 *   [--one]
 *
 * --large makes one list of each input long and leaves the rest, which finds what takes more than linear time;
 * --keep writes the files of each input that failed to DIR/SEED; --child runs the built program instead; --one runs one
 * command per input instead of a dozen and reads nothing back.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Checked, checkInput, type Failure, runInChild, runInProcess, writeInput } from './check.ts'
import { type Corpus, readCorpus } from './corpus.ts'
import { inputOf } from './input.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    start: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
    keep: { type: 'string' },
    large: { type: 'boolean', default: false },
    child: { type: 'boolean', default: false },
    one: { type: 'boolean', default: false },
    worker: { type: 'boolean', default: false },
  },
})

const END = Number(values.start) + Number(values.seeds)
/** A seed that takes longer than this hangs. */
const LONGEST_SEED_MS = 120_000
const DETAILS_OF_A_KIND = 3
/** Progress is printed after this many inputs. */
const PROGRESS = 500

interface Report extends Checked {
  readonly seed: number
}

async function work(corpus: Corpus, start: number): Promise<void> {
  for (let seed = start; seed < END; seed++) {
    const runner = values.child ? runInChild : runInProcess
    const checked = await checkInput(inputOf(seed, corpus, values.large), runner, values.one)
    await new Promise((resolve) => process.send?.({ seed, ...checked } satisfies Report, resolve))
  }
  process.disconnect()
}

/** Failures that only differ in names and numbers are the same. */
const kindOf = ({ problem }: Failure): string =>
  problem
    .replace(/"(?:[^"\\]|\\.)*"/g, '_')
    .replace(/^internal error: .*\n/, '')
    .replace(/(?<!:)\b\d+\b(?!:)/g, '_')
    .slice(0, 300)

class Tally {
  readonly kinds = new Map<string, Failure[]>()
  seeds = 0
  answered = 0

  add({ seed, failures, answered }: Report, corpus: Corpus): void {
    this.seeds++
    if (this.seeds % PROGRESS === 0) console.error(`${this.seeds} inputs, ${this.kinds.size} kinds of failure`)
    if (answered) this.answered++
    if (failures.length > 0 && values.keep)
      writeInput(inputOf(seed, corpus, values.large), join(values.keep, String(seed)))
    for (const failure of failures) {
      const kind = kindOf(failure)
      const all = this.kinds.get(kind) ?? []
      this.kinds.set(kind, [...all, failure])
      if (all.length < DETAILS_OF_A_KIND) console.log(`seed ${seed}: ${failure.command}\n    ${failure.problem}`)
    }
  }

  summary(): string {
    const kinds = [...this.kinds.values()].map(
      (all) =>
        `${all.length}x ${all[0]?.problem.slice(0, 200)} (seeds ${[...new Set(all.map(({ seed }) => seed))].slice(0, 5)})`,
    )
    return [...kinds, `${this.seeds} inputs, ${this.answered} answered, ${this.kinds.size} kinds of failure`].join('\n')
  }
}

/** Lets a child process run seeds from the given one. Resolves to the seed after the last one that it finished. */
function superviseFrom(start: number, deadline: number, report: (report: Report) => void): Promise<number> {
  const args = [...process.argv.slice(2), '--worker', '--start', String(start), '--seeds', String(END - start)]
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), args, {
    execArgv: [...process.execArgv, '--max-old-space-size=4096'],
  })
  let next = start
  const fail = (problem: string) =>
    report({ seed: next, answered: false, failures: [{ seed: next, command: '', problem }] })
  return new Promise((resolve) => {
    let stopped = false
    const hang = setTimeout(() => {
      stopped = true
      fail('hangs')
      next++
      child.kill('SIGKILL')
    }, LONGEST_SEED_MS)
    child.on('message', (message: Report) => {
      hang.refresh()
      report(message)
      next = message.seed + 1
      if (Date.now() < deadline || stopped) return
      stopped = true
      next = END
      child.kill('SIGKILL')
    })
    child.on('exit', (code) => {
      clearTimeout(hang)
      if (!stopped && next < END) {
        fail(`the process ended with ${code}`)
        next++
      }
      resolve(next)
    })
  })
}

async function supervise(corpus: Corpus): Promise<number> {
  const tally = new Tally()
  const deadline = Date.now() + Number(values.minutes) * 60_000
  let next = Number(values.start)
  while (next < END) next = await superviseFrom(next, deadline, (report) => tally.add(report, corpus))
  console.log(tally.summary())
  return tally.kinds.size > 0 ? 1 : 0
}

const corpus = readCorpus()
if (values.worker) await work(corpus, Number(values.start))
else process.exitCode = await supervise(corpus)
