/** Results as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). */
import { commonEnd, commonStart } from '../../common/common-ends.ts'
import type { SourceFile } from '../../sources/document.ts'
import { positionAt } from '../../sources/positions.ts'
import type { TextEdit } from '../edits.ts'
import { type Failure, failureText, INPUT_ERROR, type Level, type Place, type Related, type Result } from './result.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
/** The base of relative file addresses, with the name that GitHub and others use. */
const ROOT = '%SRCROOT%'

const LEVELS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'note' }
/** GitHub's terms for the severity of a rule. */
const GITHUB_SEVERITIES: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'recommendation',
}

export interface SarifTool {
  readonly name: string
  readonly version: string
  readonly informationUri: string
  /** What the tool computed with, for people who compare two logs. */
  readonly properties: object
}

/** A rule that has results. */
export interface SarifRule {
  readonly id: string
  /** undefined for an unknown rule. */
  readonly entry?: {
    readonly level: Level
    readonly title: string
    readonly description: string
    readonly howToFix: string
    readonly url: string
    readonly tags: readonly string[]
  }
}

export interface SarifFix {
  readonly title: string
  /** In text order of each file. */
  readonly edits: ReadonlyMap<SourceFile, readonly TextEdit[]>
}

/** Why a result is suppressed. */
export interface Suppression {
  /** Whether it is a comment or annotation in the source. */
  readonly inSource: boolean
  readonly reason?: string | undefined
}

export interface SarifResult extends Result {
  /** Identifiers of the result across runs, by name. */
  readonly fingerprints: Readonly<Record<string, string>>
  readonly fix?: SarifFix | undefined
  /** Compared with an earlier run. Either all results of a log have it or none. */
  readonly state?: 'new' | 'unchanged' | 'absent' | undefined
  /** Either all results of a log have it or none. */
  readonly suppressions?: readonly Suppression[] | undefined
  readonly properties: object
}

/** The address of a file. */
export interface FileAddress {
  readonly uri: string
  /** Relative to the folder that the tool ran in. */
  readonly isRelative: boolean
}

export interface SarifRun {
  readonly tool: SarifTool
  /** The distinct rules of the results. */
  readonly rules: readonly SarifRule[]
  /** Read once, during writing. */
  readonly results: Iterable<SarifResult>
  readonly addressOf: (file: string) => FileAddress
  /** The input had no errors. */
  readonly successful: boolean
  /** Errors of the input. */
  readonly failures: readonly Failure[]
  readonly properties: object
}

function ruleMessage({ id, entry }: SarifRule): object {
  if (!entry) return { id }
  const { level, title, description, howToFix, url, tags } = entry
  return {
    id,
    name: id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: {
      text: `${description}\n\nHow to fix: ${howToFix}`,
      markdown: `${description}\n\n**How to fix**: ${howToFix}\n\n[More about ${id}](${url})`,
    },
    helpUri: url,
    defaultConfiguration: { level: LEVELS[level] },
    properties: { tags, precision: 'very-high', 'problem.severity': GITHUB_SEVERITIES[level] },
  }
}

/** How many characters two texts have in common at the start, in whole lines. */
const commonFirstLines = (before: string, after: string): number =>
  before.lastIndexOf('\n', commonStart(before, after) - 1) + 1

/** How many characters two texts have in common at the end, in whole lines, after the common start. */
function commonLastLines(before: string, after: string, start: number): number {
  const newline = before.indexOf('\n', before.length - commonEnd(before, after, start))
  return newline < 0 ? 0 : before.length - newline - 1
}

/** Limited to the lines that an edit changes. */
function replacement(file: SourceFile, { start, end, text }: TextEdit): object {
  const before = file.text.slice(start, end)
  const first = commonFirstLines(before, text)
  const last = commonLastLines(before, text, first)
  const from = positionAt(file, start + first)
  const to = positionAt(file, end - last)
  return {
    deletedRegion: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column },
    insertedContent: { text: text.slice(first, text.length - last) },
  }
}

const regionOf = ({ line, column, length }: Place) => ({
  startLine: line,
  startColumn: column,
  endColumn: column + length,
})

const suppression = ({ inSource, reason }: Suppression): object => ({
  kind: inSource ? 'inSource' : 'external',
  ...(reason !== undefined && { justification: reason }),
})

class Log {
  readonly #run: SarifRun
  readonly #indices: ReadonlyMap<string, number>

  constructor(run: SarifRun) {
    this.#run = run
    this.#indices = new Map(run.rules.map(({ id }, index) => [id, index]))
  }

  #artifactLocation(file: string): object {
    const { uri, isRelative } = this.#run.addressOf(file)
    return isRelative ? { uri, uriBaseId: ROOT } : { uri }
  }

  #physicalLocation(place: Place): object {
    return { artifactLocation: this.#artifactLocation(place.file), region: regionOf(place) }
  }

  #related(related: readonly Related[]): readonly object[] | undefined {
    if (related.length === 0) return undefined
    return related.map(({ message, place }, id) => ({
      id,
      message: { text: message },
      physicalLocation: this.#physicalLocation(place),
    }))
  }

  #fixes(fix: SarifFix | undefined): readonly object[] | undefined {
    if (!fix) return undefined
    const artifactChanges = [...fix.edits].map(([file, edits]) => ({
      artifactLocation: this.#artifactLocation(file.name),
      replacements: edits.map((edit) => replacement(file, edit)),
    }))
    return [{ description: { text: fix.title }, artifactChanges }]
  }

  #result(result: SarifResult): object {
    const { rule, level, message, object, place, line } = result
    const text = line.slice(place.column - 1, place.column - 1 + place.length)
    const location = this.#physicalLocation(place)
    return {
      ruleId: rule,
      ruleIndex: this.#indices.get(rule) ?? 0,
      level: LEVELS[level],
      message: { text: message },
      locations: [
        {
          physicalLocation: { ...location, region: { ...regionOf(place), snippet: { text } } },
          logicalLocations: [{ fullyQualifiedName: object, kind: 'resource' }],
        },
      ],
      relatedLocations: this.#related(result.related),
      baselineState: result.state,
      partialFingerprints: result.fingerprints,
      fixes: this.#fixes(result.fix),
      suppressions: result.suppressions?.map(suppression),
      properties: result.properties,
    }
  }

  #notification(failure: Failure): object {
    const { file, position } = failure
    const region = position && { startLine: position.line, startColumn: position.column }
    const physicalLocation = file !== undefined && { artifactLocation: this.#artifactLocation(file), region }
    return {
      descriptor: { id: INPUT_ERROR },
      level: 'error',
      message: { text: failureText(failure) },
      locations: physicalLocation ? [{ physicalLocation }] : undefined,
    }
  }

  *#results(): Iterable<object> {
    for (const result of this.#run.results) yield this.#result(result)
  }

  message(): object {
    const { tool, rules, successful, failures, properties } = this.#run
    const notifications = failures.map((failure) => this.#notification(failure))
    const { name, version, informationUri, properties: toolProperties } = tool
    return {
      $schema: SCHEMA,
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name,
              version,
              semanticVersion: version,
              informationUri,
              rules: rules.map(ruleMessage),
              properties: toolProperties,
              notifications:
                failures.length > 0
                  ? [{ id: INPUT_ERROR, shortDescription: { text: 'The input cannot be read or used' } }]
                  : undefined,
            },
          },
          invocations: [
            {
              executionSuccessful: successful,
              toolExecutionNotifications: notifications.length > 0 ? notifications : undefined,
            },
          ],
          originalUriBaseIds: { [ROOT]: { description: { text: `the folder that ${name} was run in` } } },
          columnKind: 'utf16CodeUnits',
          results: this.#results(),
          properties,
        },
      ],
    }
  }
}

/** The number of levels to write item by item, which includes the results. */
export const SARIF_LEVELS = 3

/** The log as a value for `formatData`; its results are computed during writing. */
export const sarifMessage = (run: SarifRun): object => new Log(run).message()
