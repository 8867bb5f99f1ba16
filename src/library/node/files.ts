/** Reads the files of a mesh, as `vipctl -f` does. */
import { resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { Exclusions } from '../../input/files/layout/exclusions.ts'
import { layoutNotes } from '../../input/files/layout/layout.ts'
import { loadSources, type SourceInput } from '../../input/files/load.ts'
import { STDIN } from '../../input/request.ts'
import { CONFIG_CLUSTER } from '../../resources/intake/intake.ts'
import type { SourceDocument } from '../../sources/document.ts'
import type { ParsedFile } from '../../sources/parse.ts'
import { FileVersions } from '../../sources/versions.ts'
import { flagOf, textOf, textsOf } from '../fields.ts'
import { configurationIn, LOAD, type Settings } from '../settings.ts'
import type { FileOptions } from '../types/input.ts'

/** The paths of remote clusters by their IDs. */
export type RemotePaths = ReadonlyMap<string, readonly string[]>

/** @throws UserError for anything but an object of paths */
export function remotesIn(value: unknown): RemotePaths {
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(`${LOAD}: remotes must be an object: the ID of each cluster and its paths`)
  }
  return new Map(
    Object.entries(value).map(([id, paths]: [string, unknown]) => [
      id,
      textsOf(typeof paths === 'string' ? [paths] : paths, `${LOAD}: remotes ${id}`),
    ]),
  )
}

const inputOf = (path: string, cluster: string): SourceInput => ({
  kind: path === STDIN ? 'stdin' : 'path',
  path,
  cluster,
})

/** A function that throws the reason of a signal after it was aborted. */
function checkOf({ signal }: FileOptions): () => void {
  return () => {
    if (signal?.aborted) throw signal.reason ?? new UserError(`${LOAD} was aborted`)
  }
}

/**
 * Reads all files of a mesh. What cannot be read is a problem.
 * @throws UserError when there is not enough memory, and the reason of an aborted signal
 */
export async function readFiles(
  options: FileOptions,
  remotes: RemotePaths,
  { memories, verbose }: Settings,
): Promise<ParsedFile> {
  const cwd = resolve(textOf(options.cwd, `${LOAD}: cwd`) ?? '.')
  const patterns = textsOf(options.exclude, `${LOAD}: exclude`)
  const exclusions = new Exclusions(
    {
      patterns: patterns.map((pattern) => ({ pattern, folder: cwd, source: 'exclude' })),
      gitignore: flagOf(options.gitignore, `${LOAD}: gitignore`) ?? true,
    },
    cwd,
  )
  const own = textsOf(options.files, `${LOAD}: files`).map((path) => inputOf(path, CONFIG_CLUSTER))
  const others = [...remotes].flatMap(([id, paths]) => paths.map((path) => inputOf(path, id)))
  const checkSignal = checkOf(options)
  checkSignal()
  const { documents, problems, layout } = await loadSources({
    inputs: [...own, ...others],
    recursive: flagOf(options.recursive, `${LOAD}: recursive`) ?? false,
    exclusions,
    cwd,
    versions: memories.mesh?.own(FileVersions),
    onProgress: checkSignal,
  })
  checkSignal()
  return { documents, problems: [...problems, ...layoutNotes(layout, verbose), ...exclusions.problems()] }
}

/**
 * The mesh configuration in a file.
 * @throws UserError when it cannot be read, or states none
 */
export async function readConfiguration(path: string, { cwd }: FileOptions): Promise<SourceDocument> {
  const { documents, problems } = await loadSources({
    inputs: [inputOf(path, CONFIG_CLUSTER)],
    recursive: false,
    ...(cwd !== undefined && { cwd }),
  })
  const [problem] = problems
  if (problem) throw new UserError(`${LOAD}: meshConfig ${path}: ${problem.message}`, problem.hint)
  return configurationIn(documents, path)
}
