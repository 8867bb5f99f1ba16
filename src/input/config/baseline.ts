/** Baseline files: reading, checking and writing. */
import { resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { type Baseline, type BaselineEntry, baselineEntries } from '../../findings/lint/baseline.ts'
import type { LintFinding } from '../../findings/lint/index.ts'
import { packageVersion } from '../../own-program.ts'
import type { JsonValue } from '../../sources/document.ts'
import { parseDocuments } from '../../sources/index.ts'
import { Location } from '../../sources/location.ts'
import { isMapping } from '../../sources/mapping.ts'
import { readText } from '../files/text-file.ts'
import { writeAtomically, writeFailure } from '../files/write.ts'
import type { Place, StatedPlace } from '../request.ts'
import { statedBy } from '../stated.ts'

const VERSION = 1
const MAKE_ANEW = 'write it again with --write-baseline'

/** The tool name in baselines that this program writes. */
export const toolName = (): string => `vipctl ${packageVersion()}`

/** One line per finding, which makes diffs easy to read. */
function baselineText(findings: readonly LintFinding[]): string {
  const lines = baselineEntries(findings).map((entry) => `    ${JSON.stringify(entry)}`)
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`
  return `{\n  "version": ${VERSION},\n  "tool": ${JSON.stringify(toolName())},\n  "findings": ${list}\n}\n`
}

/** @throws UserError when the file cannot be written */
export async function writeBaseline(
  path: string,
  findings: readonly LintFinding[],
  { cwd }: Pick<Place, 'cwd'>,
): Promise<void> {
  try {
    await writeAtomically([{ path: resolve(cwd, path), content: baselineText(findings) }])
  } catch (error) {
    throw new UserError(`--write-baseline ${path}: cannot be written: ${writeFailure(error)}`)
  }
}

/** Checks the content of a file. */
class Reader {
  readonly #root: Location

  constructor(root: Location) {
    this.#root = root
  }

  refuse(path: readonly (string | number)[], message: string): never {
    throw new UserError(`${this.#root.child(...path)}: ${message}`, MAKE_ANEW)
  }

  read(value: JsonValue): Baseline {
    if (!isMapping(value)) this.refuse([], 'a baseline is a mapping')
    const { version, tool, findings } = value
    if (version === undefined) this.refuse([], 'this is not a baseline: it has no version')
    if (version !== VERSION) {
      this.refuse(
        ['version'],
        `a baseline of version ${JSON.stringify(version)}, but only version ${VERSION} is supported`,
      )
    }
    if (!Array.isArray(findings)) this.refuse(['findings'], 'a baseline has a list of findings')
    return {
      tool: typeof tool === 'string' ? tool : '',
      findings: findings.map((entry, index) => this.#entry(entry, index)),
    }
  }

  #entry(value: JsonValue, index: number): BaselineEntry {
    if (!isMapping(value)) this.refuse(['findings', index], 'a finding is a mapping')
    const { fingerprint, rule, object, count } = value
    if (typeof fingerprint !== 'string' || typeof rule !== 'string' || typeof object !== 'string') {
      this.refuse(['findings', index], 'a finding has a fingerprint, a rule and an object')
    }
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
      this.refuse(['findings', index, 'count'], 'the count of a finding is a whole number above 0')
    }
    return { fingerprint, rule, object, count }
  }
}

/** @throws UserError when the file is missing, invalid or of another version */
export async function readBaseline(path: string, place: StatedPlace): Promise<Baseline> {
  const by = statedBy('--baseline', path, place.statedAt)
  const { text, name } = await readText(path, by, place).catch((error: unknown) => {
    if (error instanceof UserError) throw new UserError(error.message, '--write-baseline FILE makes one')
    throw error
  })
  const { documents, problems } = parseDocuments({ name, text }, '')
  const [problem] = problems
  if (problem?.at) {
    const { at } = problem
    const place = 'line' in at ? `${at.file}:${at.line}:${at.column}` : at.file
    throw new UserError(`${place}: the baseline cannot be read: ${problem.message}`, MAKE_ANEW)
  }
  const [document] = documents
  if (!document) throw new UserError(`${by} ${path}: the file is empty`, MAKE_ANEW)
  return new Reader(new Location(document)).read(document.value)
}
