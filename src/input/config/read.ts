/** Finds and reads `.vipctl.yaml`. */
import { statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type * as z from 'zod/mini'
import { UserError } from '../../common/errors.ts'
import {
  type DocumentPlace,
  type JsonValue,
  type PathStep,
  placeOf,
  type SourceProblem,
} from '../../sources/document.ts'
import { parseDocuments } from '../../sources/index.ts'
import { Location } from '../../sources/location.ts'
import { isMapping } from '../../sources/mapping.ts'
import { infoOf, realPath, specialKind } from '../files/names.ts'
import { fixedPart, isInside } from '../files/paths.ts'
import { isRepository, repositoryOf } from '../files/repository.ts'
import { readText } from '../files/text-file.ts'
import type { Reporter } from '../reporter.ts'
import { type Place, STDIN } from '../request.ts'
import type { ConfigFile } from './schema.ts'

/** In the order in which they are tried. */
export const CONFIG_NAMES = ['.vipctl.yaml', '.vipctl.yml'] as const

/** No real configuration is this large. */
export const MOST_BYTES = 1_000_000

export interface LoadedConfig {
  readonly values: ConfigFile
  /** The name in messages. */
  readonly name: string
  /** Absolute; paths in the file are relative to it. */
  readonly folder: string
  readonly place: DocumentPlace | undefined
  /** What the paths of the file must lie inside; undefined if the user trusts the file. */
  readonly root: string | undefined
}

/** Excludes a pipe of that name, which would block. */
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** Runs that have been told about a configuration that is not used. */
const told = new WeakSet<Reporter>()

/** The nearest configuration in a folder or its parents, up to the top of its repository. */
function nearestConfig(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const name = CONFIG_NAMES.find((candidate) => isFile(join(folder, candidate)))
    if (name !== undefined) return join(folder, name)
    if (isRepository(folder) || dirname(folder) === folder) return undefined
  }
}

/**
 * The nearest configuration in a folder or its parents, up to the top of its repository. Outside of a repository only
 * the folder itself may have one, because others may write to a folder above, such as /tmp.
 * @param trusted whether the user trusts any configuration
 */
export async function findConfig(cwd: string, reporter: Reporter, trusted: boolean): Promise<string | undefined> {
  const start = resolve(cwd)
  const path = nearestConfig(start)
  if (path === undefined || dirname(path) === start || trusted || isRepository(repositoryOf(start))) return path
  if (told.has(reporter)) return undefined
  told.add(reporter)
  await reporter.note(
    `${relative(start, path)} is not used: it is above the working directory, which is not in a repository`,
    '--trust-config uses it',
  )
  return undefined
}

/** The real path of the part of a path that exists. */
function realPart(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      return realPath(at)
    } catch {
      if (dirname(at) === at) return at
    }
  }
}

/**
 * Checks a path that a configuration names. A repository may be someone else's, and its configuration could otherwise
 * make a run read, or with `--fix` write, any file of the user.
 * @param keys where in the file the path is
 * @throws UserError when the path leads out of the repository, or to something that is neither a file nor a folder
 */
export function checkNamed({ folder, root, place }: LoadedConfig, path: string, keys: readonly PathStep[]): void {
  if (root === undefined || place === undefined) return
  const refuse = (why: string): UserError => {
    const { file, line, column } = new Location(place, keys).position()
    return new UserError(`${file}:${line}:${column}: ${path} ${why}`, '--trust-config allows it')
  }
  const whole = resolve(folder, path)
  const real = realPart(infoOf(whole) ? whole : fixedPart(whole))
  if (!isInside(realPart(root), real)) throw refuse('leads out of the repository')
  const info = infoOf(real)
  if (info && !info.isFile() && !info.isDirectory()) throw refuse(`is ${specialKind(info)}`)
}

function refusal(name: string, problems: readonly SourceProblem[]): UserError {
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`
  return new UserError(`${name}: the configuration has ${count}, so nothing was checked`)
}

/** A key that zod's records ignore, and its replacement during the check. */
const PASSED_OVER = '__proto__'
const STAND_IN = '__proto___'

function withStandIns(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withStandIns)
  if (!isMapping(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.map(([key, item]) => [key === PASSED_OVER ? STAND_IN : key, withStandIns(item)]))
}

const written = <T>(key: T): T | string => (key === STAND_IN ? PASSED_OVER : key)

function withoutStandIns(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  const path = issue.path.map(written)
  return issue.code === 'unrecognized_keys' ? { ...issue, path, keys: issue.keys.map(written) } : { ...issue, path }
}

/**
 * Reads and checks a configuration, and reports mistakes with their locations.
 * @param trusted whether its paths may lead out of its repository
 * @throws UserError when there are any
 */
export async function readConfig(
  path: string,
  place: Place,
  reporter: Reporter,
  trusted: boolean,
): Promise<LoadedConfig> {
  if (path === STDIN) throw new UserError('--config -: standard input is for manifests', 'name a file')
  const { cwd } = place
  const shown = relative(cwd, resolve(cwd, path)) || path
  const { text, name } = await readText(shown, '--config', place, MOST_BYTES)
  const folder = dirname(resolve(cwd, path))
  const root = trusted ? undefined : repositoryOf(folder)
  const { documents, problems } = parseDocuments({ name, text: text.replace(/^\uFEFF/, '') }, '')
  const errors = problems.filter(({ severity }) => severity === 'error')
  await reporter.report(problems)
  const [document, second] = documents
  // A key that is there twice is an error, but what the document says is known.
  if (!document && errors.length > 0) throw refusal(name, errors)
  if (second) {
    const at = new Location(placeOf(second))
    throw new UserError(`${at}: a configuration is one document, not ${documents.length}`, 'remove the others')
  }
  if (!document) return { values: {}, name, folder, place: undefined, root }

  const { configSchema } = await import('./schema.ts')
  const parsed = configSchema.safeParse(withStandIns(document.value))
  if (parsed.success) return { values: parsed.data, name, folder, place: placeOf(document), root }
  const { configProblems } = await import('./problems.ts')
  const found = configProblems(parsed.error.issues.map(withoutStandIns), document, configSchema)
  await reporter.report(found)
  throw refusal(name, [...errors, ...found])
}
