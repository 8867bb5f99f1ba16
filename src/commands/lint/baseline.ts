/** Baselines: findings that are known already, in a file. */
import { resolve } from 'node:path'
import { compareBytes } from '../../common/bytes.ts'
import { UserError } from '../../common/errors.ts'
import { fingerprintOf } from '../../findings/lint/fingerprint.ts'
import { objectText } from '../../findings/lint/identity.ts'
import type { LintFinding } from '../../findings/lint/index.ts'
import { readText } from '../../input/files/text-file.ts'
import { packageVersion } from '../../package-version.ts'
import type { JsonValue } from '../../sources/document.ts'
import { parseDocuments } from '../../sources/index.ts'
import { Location } from '../../sources/location.ts'
import { isMapping } from '../../sources/mapping.ts'
import { writeAtomically } from '../atomic-write.ts'
import type { Session } from '../session.ts'

const VERSION = 1
const MAKE_ANEW = 'make it anew with --write-baseline'

/** Equal findings of one object. */
interface Entry {
  readonly fingerprint: string
  readonly rule: string
  readonly object: string
  readonly count: number
}

export interface Baseline {
  /** The program that made it. */
  readonly tool: string
  readonly findings: readonly Entry[]
}

export interface Compared {
  /** What the baseline lacks, in the order of the findings. */
  readonly fresh: readonly LintFinding[]
  /** How many findings the baseline has too. */
  readonly known: number
  /** How many of the baseline's are there no more. */
  readonly gone: number
}

const toolName = (): string => `vipctl ${packageVersion()}`

/** The findings, counted and in an order that does not depend on where they stand. */
function entriesOf(findings: readonly LintFinding[]): readonly Entry[] {
  const entries = new Map<string, Entry>()
  for (const finding of findings) {
    const fingerprint = fingerprintOf(finding)
    const count = (entries.get(fingerprint)?.count ?? 0) + 1
    entries.set(fingerprint, { fingerprint, rule: finding.rule, object: objectText(finding), count })
  }
  return [...entries.values()].sort(
    (a, b) =>
      compareBytes(a.rule, b.rule) || compareBytes(a.object, b.object) || compareBytes(a.fingerprint, b.fingerprint),
  )
}

/** A line a finding, so that changes of it are easy to read. */
function baselineText(findings: readonly LintFinding[]): string {
  const lines = entriesOf(findings).map((entry) => `    ${JSON.stringify(entry)}`)
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`
  return `{\n  "version": ${VERSION},\n  "tool": ${JSON.stringify(toolName())},\n  "findings": ${list}\n}\n`
}

/** @throws UserError when the file cannot be written */
export async function writeBaseline(path: string, findings: readonly LintFinding[], { io }: Session): Promise<void> {
  try {
    await writeAtomically([{ path: resolve(io.cwd, path), content: baselineText(findings) }])
  } catch (error) {
    throw new UserError(`--write-baseline ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Checks what a file holds. */
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
    if (version === undefined) this.refuse([], 'this is no baseline: it has no version')
    if (version !== VERSION) {
      this.refuse(
        ['version'],
        `a baseline of version ${JSON.stringify(version)}, of which only ${VERSION} is known here`,
      )
    }
    if (!Array.isArray(findings)) this.refuse(['findings'], 'a baseline has a list of findings')
    return {
      tool: typeof tool === 'string' ? tool : '',
      findings: findings.map((entry, index) => this.#entry(entry, index)),
    }
  }

  #entry(value: JsonValue, index: number): Entry {
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

/** @throws UserError when there is none, or when it is broken or of another version */
export async function readBaseline(path: string, session: Session): Promise<Baseline> {
  const { text, name } = await readText(path, '--baseline', session.io).catch((error: unknown) => {
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
  if (!document) throw new UserError(`--baseline ${path}: the file is empty`, MAKE_ANEW)
  return new Reader(new Location(document)).read(document.value)
}

/** How often something is there. */
class Counts {
  readonly #counts = new Map<string, number>()

  add(key: string, count: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }

  /** Takes one away; false when there is none. */
  take(key: string): boolean {
    const count = this.of(key)
    if (count > 0) this.#counts.set(key, count - 1)
    return count > 0
  }

  of(key: string): number {
    return this.#counts.get(key) ?? 0
  }
}

const kindOf = ({ rule, object }: Pick<Entry, 'rule' | 'object'>): string => JSON.stringify([rule, object])

/** Another version may say the same in other words: what is left of a rule's findings of one object is known then. */
function matchKinds(findings: readonly LintFinding[], left: readonly Entry[]): readonly LintFinding[] {
  const counts = new Counts()
  for (const entry of left) counts.add(kindOf(entry), entry.count)
  return findings.filter((finding) => !counts.take(kindOf({ rule: finding.rule, object: objectText(finding) })))
}

/** Parts findings that the baseline lacks from those that it has; equal ones are counted. */
export function againstBaseline(findings: readonly LintFinding[], { tool, findings: entries }: Baseline): Compared {
  const counts = new Counts()
  for (const { fingerprint, count } of entries) counts.add(fingerprint, count)
  const exact = findings.filter((finding) => !counts.take(fingerprintOf(finding)))
  const left = entries.map((entry) => ({ ...entry, count: counts.of(entry.fingerprint) }))
  const fresh = tool === toolName() ? exact : matchKinds(exact, left)
  const leftCount = left.reduce((sum, { count }) => sum + count, 0)
  return { fresh, known: findings.length - fresh.length, gone: leftCount - (exact.length - fresh.length) }
}
