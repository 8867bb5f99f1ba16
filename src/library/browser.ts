/** What `import ... from 'vipctl'` gives in a browser: meshes of texts. docs/library.md is the guide. */
import { UserError } from '../common/errors.ts'
import { checkFields } from './fields.ts'
import { meshOf } from './mesh.ts'
import { configurationOf, LOAD, MESH_OPTIONS, settingsOf } from './settings.ts'
import { stateOf } from './state.ts'
import { parseTexts } from './texts.ts'
import type { MeshOptions } from './types/input.ts'
import type { Mesh } from './types/mesh.ts'

export { UserError } from '../common/errors.ts'
export * from './types/index.ts'

/**
 * Reads manifests and computes the mesh. Texts that cannot be read and objects that istiod refuses are problems of the
 * mesh, not errors.
 * @throws UserError for options that are invalid or exclude each other
 */
export async function loadMesh(options: MeshOptions): Promise<Mesh> {
  if (Object.hasOwn(options ?? {}, 'files')) {
    throw new UserError(`${LOAD}: files: there are no files in a browser`, 'pass their texts as texts')
  }
  checkFields(options, MESH_OPTIONS, LOAD)
  if (options.texts === undefined) throw new UserError(`${LOAD}: no input`, 'texts are the manifests')
  const settings = settingsOf(options, [])
  const meshConfig = options.meshConfig === undefined ? undefined : configurationOf(options.meshConfig)
  return meshOf(stateOf(parseTexts(settings), meshConfig, settings))
}
