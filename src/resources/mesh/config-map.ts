/** The mesh configuration in the data of a ConfigMap: YAML in strings. */
import type { SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { parseEmbedded } from './embedded.ts'
import { type Layer, layerOf } from './stated/layer.ts'

export const MESH_KEY = 'mesh'
export const NETWORKS_KEY = 'meshNetworks'

/** The parts of the mesh configuration from one place. */
export interface MeshSources {
  readonly mesh: Layer | undefined
  readonly networks: Layer | undefined
}

/** One string, parsed; undefined when it is empty, or is not YAML, which is reported. */
function sourceOf(location: Location, text: string | undefined, key: string, problems: SourceProblem[]) {
  if (text === undefined || text.trim() === '') return undefined
  const { value, document, problems: found } = parseEmbedded(location, text, `data.${key}`)
  problems.push(...found)
  if (!document || value === undefined || found.some(({ severity }) => severity === 'error')) return undefined
  return layerOf(document)
}

/** @param data the location of `data` */
export function sourcesOfData(
  data: Location,
  textOf: (key: string) => string | undefined,
  problems: SourceProblem[],
): MeshSources {
  const source = (key: string) => sourceOf(data.child(key), textOf(key), key, problems)
  return { mesh: source(MESH_KEY), networks: source(NETWORKS_KEY) }
}
