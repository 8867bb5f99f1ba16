/** Files with a single document, such as a mesh configuration. */
import { UserError } from '../../common/errors.ts'
import type { SourceDocument } from '../../sources/document.ts'
import type { Reporter } from '../reporter.ts'
import { type Place, STDIN } from '../request.ts'
import { loadSources } from './load.ts'

/**
 * Reads the first document of a file, and reports problems with the file.
 * @param flag the flag that named the file
 * @throws UserError when the file is empty
 */
export async function readSingleDocument(
  path: string,
  flag: string,
  { cwd, stdin }: Place,
  reporter: Reporter,
): Promise<SourceDocument> {
  const kind = path === STDIN ? 'stdin' : 'path'
  const loaded = await loadSources({ inputs: [{ kind, path, cluster: '' }], recursive: false, cwd, stdin })
  await reporter.report(loaded.problems)
  const [document] = loaded.documents
  if (!document) throw new UserError(`${flag} ${path}: nothing to read there`)
  if (loaded.documents.length > 1) await reporter.warn(`${flag} ${path}: only the first document is used`)
  return document
}
