/** Messages about mistakes in a configuration, with locations. */
import type * as z from 'zod/mini'
import { nearest } from '../../common/nearest.ts'
import { unknownRuleHint } from '../../findings/lint/ignores.ts'
import { problemAt, problemAtKey } from '../../resources/problems.ts'
import {
  type JsonValue,
  type PathStep,
  placeOf,
  type SourceDocument,
  type SourceProblem,
} from '../../sources/document.ts'
import { sourceTextOf } from '../../sources/index.ts'
import { Location } from '../../sources/location.ts'
import { valueAt } from '../../sources/mapping.ts'

type Issue = z.core.$ZodIssue
type SizeIssue = z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall
type Schema = z.core.$ZodType

const LONGEST_QUOTE = 80

const quoted = (value: unknown): string => JSON.stringify(String(value).slice(0, LONGEST_QUOTE))

/** `ignores[0].rule` */
function pathText(path: readonly PathStep[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** The parts of a schema definition that are needed to find keys. */
interface Definition {
  readonly shape?: Readonly<Record<string, Schema>>
  readonly innerType?: Schema
  readonly element?: Schema
  readonly valueType?: Schema
  readonly options?: readonly Schema[]
}

const definitionOf = (schema: Schema): Definition => schema._zod.def as Definition

function step(schema: Schema, key: PathStep): readonly Schema[] {
  const { shape, innerType, element, valueType, options } = definitionOf(schema)
  if (innerType) return step(innerType, key)
  if (options) return options.flatMap((option) => step(option, key))
  const next = typeof key === 'number' ? element : shape ? shape[key] : valueType
  return next ? [next] : []
}

function keysOf(schema: Schema): readonly string[] {
  const { shape, innerType, options } = definitionOf(schema)
  if (innerType) return keysOf(innerType)
  if (options) return options.flatMap(keysOf)
  return shape ? Object.keys(shape) : []
}

/** The keys that are allowed at a path. */
function keysAt(root: Schema, path: readonly PathStep[]): readonly string[] {
  let schemas: readonly Schema[] = [root]
  for (const key of path) schemas = schemas.flatMap((schema) => step(schema, key))
  return schemas.flatMap(keysOf)
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

/** The unit of a value's size; numbers are compared directly. */
const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' }

/** What is allowed instead. */
interface Wanted {
  readonly kinds: readonly string[]
  readonly words: readonly string[]
}

function wantedBy(issue: Issue): Wanted {
  if (issue.code === 'invalid_type') return { kinds: [KINDS[issue.expected] ?? issue.expected], words: [] }
  if (issue.code === 'invalid_value')
    return { kinds: [], words: issue.values.filter((value) => typeof value === 'string') }
  if (issue.code !== 'invalid_union') return { kinds: [], words: [] }
  const wanted = issue.errors.flat().map(wantedBy)
  return { kinds: [...new Set(wanted.flatMap(({ kinds }) => kinds))], words: wanted.flatMap(({ words }) => words) }
}

function hintFor({ kinds, words }: Wanted, written: string | undefined, isText: boolean): string | undefined {
  if (written === undefined) return undefined
  const close = nearest(written, words) ?? words.find((word) => word.startsWith(written))
  if (close) return `did you mean ${close}?`
  return kinds.includes('a text') && !isText ? `write it in quotes: "${written}"` : undefined
}

const isSize = (issue: Issue): issue is SizeIssue => issue.code === 'too_big' || issue.code === 'too_small'

/** The size problem in an issue, even if the value may have several types; the path is relative to the issue's. */
function sizeIssueIn(issue: Issue): { readonly issue: SizeIssue; readonly path: readonly PathStep[] } | undefined {
  if (isSize(issue)) return { issue, path: [] }
  const inner = issue.code === 'invalid_union' ? issue.errors.flat().find(isSize) : undefined
  return inner && { issue: inner, path: inner.path.filter((part) => typeof part !== 'symbol') }
}

/** Whether the value as a whole has another type. */
const isOfAnotherType = (issues: readonly Issue[]): boolean =>
  issues.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'))

/** The mistakes inside of a value that may have several types, if it has just one of them. */
function issuesOfFitting(issue: Issue): readonly Issue[] | undefined {
  if (issue.code !== 'invalid_union') return undefined
  const fitting = issue.errors.filter((issues) => !isOfAnotherType(issues))
  const [only] = fitting
  if (fitting.length !== 1 || only?.some(({ path }) => path.length === 0)) return undefined
  return only?.map((each): Issue => ({ ...each, path: [...issue.path, ...each.path] }))
}

class Reader {
  readonly #location: Location
  readonly #value: JsonValue
  readonly #schema: Schema

  constructor(location: Location, value: JsonValue, schema: Schema) {
    this.#location = location
    this.#value = value
    this.#schema = schema
  }

  #at(path: readonly PathStep[], message: string, hint?: string): SourceProblem {
    return problemAt(this.#location.child(...path), { severity: 'error', message, hint })
  }

  #atKey(path: readonly PathStep[], message: string, hint?: string): SourceProblem {
    return problemAtKey(this.#location.document, path, { severity: 'error', message, hint })
  }

  problemsOf(issue: Issue): readonly SourceProblem[] {
    const path = issue.path.filter((part) => typeof part !== 'symbol')
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.#unknownKey(path, key))
    if (issue.code === 'invalid_key') return [this.#badKey(path)]
    const inner = issuesOfFitting(issue)
    if (inner) return inner.flatMap((each) => this.problemsOf(each))
    const size = sizeIssueIn(issue)
    if (size) {
      const place = [...path, ...size.path]
      return [this.#at(place, this.#sizeText(place, size.issue))]
    }
    if (path[0] === 'ignores' && path[2] === 'rule') return [this.#unknownRule(path)]
    return [this.#badValue(path, issue)]
  }

  #sizeText(path: readonly PathStep[], issue: SizeIssue): string {
    const unit = UNITS[issue.origin] ?? ''
    if (issue.code === 'too_small' && issue.minimum === 1 && unit !== '') return `${pathText(path)} is empty`
    const limit = issue.code === 'too_big' ? `more than ${issue.maximum}` : `less than ${issue.minimum}`
    return `${pathText(path)} ${unit === '' ? 'is' : 'has'} ${limit}${unit}`
  }

  #unknownKey(path: readonly PathStep[], key: string): SourceProblem {
    const known = keysAt(this.#schema, path)
    const close = nearest(key, known)
    const where = path.length === 0 ? '' : ` in ${pathText(path)}`
    const hint = close ? `did you mean ${close}?` : `known are ${known.join(', ')}`
    return this.#atKey([...path, key], `unknown key ${quoted(key)}${where}`, hint)
  }

  #badKey(path: readonly PathStep[]): SourceProblem {
    const key = String(path.at(-1))
    if (path[0] === 'rules') return this.#atKey(path, `unknown rule ${quoted(key)}`, unknownRuleHint(key))
    return this.#atKey(path, `${quoted(key)} cannot be a name in ${pathText(path.slice(0, -1))}`)
  }

  #unknownRule(path: readonly PathStep[]): SourceProblem {
    const name = this.#written(path) ?? ''
    return this.#at(path, `unknown rule ${quoted(name)}`, unknownRuleHint(name))
  }

  #written(path: readonly PathStep[]): string | undefined {
    return sourceTextOf(this.#location.document, path)?.replace(/^(["'])(.*)\1$/, '$2')
  }

  #badValue(path: readonly PathStep[], issue: Issue): SourceProblem {
    const written = this.#written(path)
    const isText = /^["']/.test(sourceTextOf(this.#location.document, path) ?? '')
    const wanted = wantedBy(issue)
    const name = path.length === 0 ? 'the configuration' : pathText(path)
    const given = written === undefined ? name : `${name}: ${quoted(written)}`
    if (wanted.kinds.length === 0 && wanted.words.length === 0) return this.#at(path, `${given}: ${issue.message}`)
    const kinds = [...wanted.kinds, ...(wanted.words.length > 0 ? [`one of ${wanted.words.join(', ')}`] : [])].join(
      ' or ',
    )
    if (valueAt(this.#value, path) === undefined) return this.#at(path, `${name} is missing: it must be ${kinds}`)
    return this.#at(path, `${given} is not ${kinds}`, hintFor(wanted, written, isText))
  }
}

/**
 * The mistakes that a schema finds in a file.
 * @param document the whole configuration
 */
export function configProblems(
  issues: readonly Issue[],
  document: SourceDocument,
  schema: Schema,
): readonly SourceProblem[] {
  const reader = new Reader(new Location(placeOf(document)), document.value, schema)
  return issues.flatMap((issue) => reader.problemsOf(issue))
}
