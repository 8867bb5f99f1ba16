/** Files with a single document, such as a mesh configuration. */
import { UserError } from '../../common/errors.ts'
import { EXPECTED, givenConfiguration } from '../../resources/mesh/stated/given.ts'
import type { SourceDocument } from '../../sources/document.ts'
import type { Reporter } from '../reporter.ts'
import { STDIN, type StatedPlace } from '../request.ts'
import { atStatements, statedBy } from '../stated.ts'
import { loadSources } from './load.ts'

/**
 * Reads the documents of a file, and reports problems with the file.
 * @param flag the flag that named the file, or the place in the configuration
 * @returns at least one
 * @throws UserError when the file is empty
 */
async function readDocuments(
  path: string,
  flag: string,
  { cwd, stdin, statedAt }: StatedPlace,
  reporter: Reporter,
): Promise<readonly [SourceDocument, ...SourceDocument[]]> {
  const kind = path === STDIN ? 'stdin' : 'path'
  const loaded = await loadSources({ inputs: [{ kind, path, cluster: '' }], recursive: false, cwd, stdin })
  await reporter.report(atStatements(loaded.problems, statedAt))
  const [first, ...others] = loaded.documents
  if (!first) throw new UserError(`${flag} ${path}: nothing to read there`)
  return [first, ...others]
}

/**
 * Reads the first document of a file, and reports problems with the file.
 * @param flag the flag that named the file
 * @throws UserError when the file is empty
 */
export async function readSingleDocument(
  path: string,
  flag: string,
  place: StatedPlace,
  reporter: Reporter,
): Promise<SourceDocument> {
  const by = statedBy(flag, path, place.statedAt)
  const [document, ...others] = await readDocuments(path, by, place, reporter)
  if (others.length > 0) await reporter.warn(`${by} ${path}: only the first document is used`)
  return document
}

const MESH_CONFIG = '--mesh-config'

/**
 * Reads the document of a file that states a mesh configuration; the first one, if several do.
 * @throws UserError when none does
 */
export async function readMeshConfiguration(
  path: string,
  place: StatedPlace,
  reporter: Reporter,
): Promise<SourceDocument> {
  const by = statedBy(MESH_CONFIG, path, place.statedAt)
  const documents = await readDocuments(path, by, place, reporter)
  const [document, ...others] = documents.filter((each) => givenConfiguration(each, []) !== undefined)
  if (!document) throw new UserError(`${by} ${path}: this states no mesh configuration`, EXPECTED)
  if (others.length > 0) {
    await reporter.warn(`${by} ${path}: several documents state a mesh configuration, and the first is used`)
  }
  return document
}
