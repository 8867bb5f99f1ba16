/** Fixes the files of a seed, and checks that nothing else happens to them. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Edit } from '../../../src/findings/fixes/change.ts'
import { decodeText } from '../../../src/sources/decode.ts'
import type { JsonValue, PathStep } from '../../../src/sources/document.ts'
import { parseDocuments } from '../../../src/sources/index.ts'
import { isMapping } from '../../../src/sources/mapping.ts'
import { runInProcess } from '../check.ts'
import { type FuzzedFile, filesOf } from './manifests.ts'
import { textProblem } from './texts.ts'

export interface FixTrial {
  readonly seed: number
  /** How many files were changed. */
  readonly fixed: number
  /** `FILE: what is wrong`. */
  readonly problems: readonly string[]
}

export const FILES_OF_A_SEED = 4

/** The lists from which items may go, without their namespaces and indexes. */
const SHRINKING = /(?:^|\.)(?:spec\.hosts|spec\.ports|status\.addresses)$/
/** What may be new. */
const ADDED = /(?:^|\.)spec\.addresses$/

const isSubsequence = (some: readonly JsonValue[], all: readonly JsonValue[]): boolean => {
  let at = 0
  for (const item of all) if (at < some.length && JSON.stringify(item) === JSON.stringify(some[at])) at++
  return at === some.length
}

/** Finds what differs between two values, and whether a fix may have done that. */
class Differences {
  readonly edits: Edit[] = []
  readonly strange: string[] = []

  compare(before: JsonValue | undefined, after: JsonValue | undefined, path: readonly PathStep[]): void {
    if (JSON.stringify(before) === JSON.stringify(after)) return
    const place = path.join('.')
    if (isMapping(before) && isMapping(after)) {
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        this.compare(before[key], after[key], [...path, key])
      }
    } else if (SHRINKING.test(place) && Array.isArray(before)) {
      if (after !== undefined && !(Array.isArray(after) && isSubsequence(after, before))) this.strange.push(place)
      this.edits.push(after === undefined ? { path, remove: true } : { path, value: after })
    } else if (ADDED.test(place) && Array.isArray(after)) this.edits.push({ path, value: after })
    else if (typeof after === 'string' && (typeof before === 'number' || typeof before === 'boolean')) {
      this.edits.push({ path, value: after })
    } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
      for (const [index, item] of before.entries()) this.compare(item, after[index], [...path, index])
    } else this.strange.push(place)
  }
}

function valuesOf(bytes: Buffer): { readonly text: string; readonly values: readonly JsonValue[] } | undefined {
  const decoded = decodeText(bytes)
  if (!('text' in decoded)) return undefined
  const { text } = decoded
  return { text, values: parseDocuments({ name: '', text }, '').documents.map(({ value }) => value) }
}

/** What is wrong with a file after its fixes. */
function fileProblem({ bytes, documents, encoding }: FuzzedFile, fixed: Buffer): string | undefined {
  const [before, after] = [valuesOf(bytes), valuesOf(fixed)]
  const now = decodeText(fixed)
  if (!before || !after || !('encoding' in now) || now.encoding !== encoding) return 'has another encoding'
  if (before.values.length !== documents.length) return 'the text of the trial cannot be read'
  if (before.values.length !== after.values.length) return 'has another number of documents'
  const edits: (readonly Edit[])[] = []
  for (const [index, value] of before.values.entries()) {
    const differences = new Differences()
    differences.compare(value, after.values[index], [])
    if (differences.strange.length > 0) return `has another value at ${differences.strange.join(', ')}`
    edits.push(differences.edits)
  }
  return textProblem(documents, before.text, after.text, edits)
}

function write(files: readonly FuzzedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-fixes-'))
  for (const { name, bytes, mode } of files) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    chmodSync(path, mode)
  }
  return folder
}

const isUtf16 = ({ encoding }: FuzzedFile): boolean => encoding.startsWith('utf-16')

function listing(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().join('\n')
}

/** @param patched a copy of the files, to which the diff is applied */
async function check(files: readonly FuzzedFile[], folder: string, patched: string): Promise<Omit<FixTrial, 'seed'>> {
  const argv = ['lint', '.', '--fix', '--fixes', 'none', '-q']
  const names = listing(folder)
  const { stdout: input, code, stderr } = await runInProcess([...argv, '--dry-run'], folder)
  const applied =
    input === '' ? undefined : spawnSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: patched, input })
  await runInProcess(argv, folder)
  const contents = new Map(files.map(({ name }) => [name, readFileSync(join(folder, name))]))
  const problems = code === 2 ? [stderr] : []
  if (applied && applied.status !== 0) problems.push(`git apply: ${applied.stderr}`)
  if (listing(folder) !== names) problems.push(`other files: ${listing(folder)}`)
  await runInProcess(argv, folder)
  for (const file of files) {
    const { name, mode } = file
    const fixed = contents.get(name) as Buffer
    const problem = fixed.equals(file.bytes) ? undefined : fileProblem(file, fixed)
    if (problem !== undefined) problems.push(`${name}: ${problem}`)
    if ((statSync(join(folder, name)).mode & 0o777) !== mode) problems.push(`${name}: has other permissions`)
    if (!readFileSync(join(folder, name)).equals(fixed)) problems.push(`${name}: changes again the second time`)
    if (!isUtf16(file) && !readFileSync(join(patched, name)).equals(fixed)) problems.push(`${name}: has another diff`)
  }
  const fixed = files.filter(({ name, bytes }) => !contents.get(name)?.equals(bytes)).length
  return { fixed, problems }
}

/** Fixes the files of a seed. */
export async function tryFixes(seed: number): Promise<FixTrial> {
  const files = filesOf(seed, FILES_OF_A_SEED)
  const folders = [write(files), write(files)] as const
  try {
    return { seed, ...(await check(files, ...folders)) }
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}
