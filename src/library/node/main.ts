/** What `import ... from 'vipctl'` gives in Node.js: meshes of files and texts. docs/library.md is the guide. */
import { UserError } from '../../common/errors.ts'
import { checkFields } from '../fields.ts'
import { meshOf } from '../mesh.ts'
import { configurationOf, LOAD, MESH_OPTIONS, settingsOf } from '../settings.ts'
import { stateOf } from '../state.ts'
import { parseTexts } from '../texts.ts'
import type { FileOptions, MeshOptions } from '../types/input.ts'
import type { Mesh } from '../types/mesh.ts'
import { readConfiguration, readFiles, remotesIn } from './files.ts'

export { UserError } from '../../common/errors.ts'
export * from '../types/index.ts'

const FILE_OPTIONS = [
  ...MESH_OPTIONS,
  'files',
  'remotes',
  'recursive',
  'exclude',
  'gitignore',
  'cwd',
  'signal',
] as const satisfies readonly (keyof FileOptions)[]

/**
 * Reads manifests and computes the mesh. Files and texts that cannot be read and objects that istiod refuses are
 * problems of the mesh, not errors.
 * @throws UserError for options that are invalid or exclude each other, and when there is not enough memory; the reason
 * of the signal when it is aborted
 */
export async function loadMesh(options: FileOptions): Promise<Mesh> {
  checkFields(options, FILE_OPTIONS, LOAD)
  const { files, remotes: stated, texts, meshConfig: given } = options
  if (files === undefined && texts === undefined && stated === undefined) {
    throw new UserError(`${LOAD}: no input`, 'files are paths of manifests, texts are the manifests themselves')
  }
  const remotes = remotesIn(stated)
  const settings = settingsOf(options as MeshOptions, [...remotes.keys()])
  const meshConfig = await configuration(given, options)
  const read = await readFiles(options, remotes, settings)
  const parsed = parseTexts(settings)
  const documents = [...read.documents, ...parsed.documents]
  return meshOf(stateOf({ documents, problems: [...read.problems, ...parsed.problems] }, meshConfig, settings))
}

/** The mesh configuration in the options. */
async function configuration(given: FileOptions['meshConfig'], options: FileOptions) {
  if (given === undefined) return undefined
  return typeof given === 'string' ? readConfiguration(given, options) : configurationOf(given)
}
