/** The one key of `.vipctl.yaml` that every command reads: `istio.version`. */
import { relative } from 'node:path'
import { problemAt } from '../../resources/problems.ts'
import { placeOf, type SourceProblem } from '../../sources/document.ts'
import { parseDocuments } from '../../sources/index.ts'
import { Location } from '../../sources/location.ts'
import { valueAt } from '../../sources/mapping.ts'
import { readText } from '../files/text-file.ts'
import type { Reporter } from '../reporter.ts'
import type { Place } from '../request.ts'
import { findConfig, MOST_BYTES } from './read.ts'

/** A version as a configuration file states it. */
export interface ConfiguredVersion {
  readonly text: string
  /** As messages name it. */
  readonly file: string
  /** The place and the key, for messages about the version. */
  readonly where: string
}

export const VERSION_KEY = ['istio', 'version'] as const

/**
 * Reads the version from the nearest configuration file. A file that cannot be read is reported, and states none; the
 * other keys are lint's, which checks them.
 * @throws UserError when the file is not UTF-8, or too large
 */
export async function configuredVersion(
  place: Place,
  reporter: Reporter,
  trusted: boolean,
): Promise<ConfiguredVersion | undefined> {
  const path = await findConfig(place.cwd, reporter, trusted)
  if (path === undefined) return undefined
  const shown = relative(place.cwd, path)
  const { text, name } = await readText(shown, 'configuration', place, MOST_BYTES)
  const { documents, problems } = parseDocuments({ name, text: text.replace(/^\uFEFF/, '') }, '')
  const found: SourceProblem[] = [...problems]
  const [document] = documents
  const value = document && valueAt(document.value, VERSION_KEY)
  const location = document && new Location(placeOf(document), VERSION_KEY)
  if (location && value !== undefined && value !== null && typeof value !== 'string') {
    const message = `istio.version must be a text: write it in quotes, such as "1.30"`
    found.push(problemAt(location, { severity: 'error', message }))
  }
  await reporter.report(found)
  if (!location || typeof value !== 'string') return undefined
  return { text: value, file: name, where: `${location}: ${VERSION_KEY.join('.')}` }
}
