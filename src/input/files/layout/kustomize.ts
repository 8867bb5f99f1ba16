/** Folders that kustomize builds: which of their files are objects, and which only modify objects. */
import { join, resolve } from 'node:path'
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../../sources/mapping.ts'
import { parseDocuments } from '../../../sources/parse.ts'
import { isInside } from '../paths.ts'
import { readRegular } from '../read.ts'

/** No real kustomization is this large. */
const LONGEST_FILE = 10_000_000

const FILE_NAMES: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])

/** Fields with files and folders that are not objects of their own. */
const NOT_OBJECTS = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'components',
  'generators',
  'transformers',
  'validators',
  'configurations',
  'crds',
  'openapi',
  'configMapGenerator',
  'secretGenerator',
  'helmCharts',
  'helmChartInflationGenerator',
] as const

/** Fields with other folders that kustomize builds first. */
const USED_FOLDERS = ['resources', 'bases', 'components'] as const

/** A folder with a kustomization. */
export interface Kustomization {
  /** The folder in the user's notation. */
  readonly name: string
  /** The folder's absolute path. */
  readonly path: string
  /** The name of the kustomization file. */
  readonly file: string
  /** A component is only used as a part of overlays. */
  readonly isComponent: boolean
  /** Absolute paths of files and folders without objects of their own. */
  readonly notObjects: ReadonlySet<string>
  /** Absolute paths of what it is built from. */
  readonly uses: readonly string[]
}

export const isKustomizationFile = (name: string): boolean => FILE_NAMES.has(name)

/** Every string in a value, without the `KEY=` of generators. */
function* textsIn(value: JsonValue | undefined): Iterable<string> {
  if (typeof value === 'string') yield value.replace(/^[^=/]*=/, '')
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item)
  else if (isMapping(value)) for (const item of Object.values(value)) yield* textsIn(item)
}

function pathsIn(root: JsonMapping, fields: readonly string[], folder: string): readonly string[] {
  const texts = fields.flatMap((field) => [...textsIn(fieldAt(root, field))])
  return texts.filter((text) => text !== '' && !/[\n\0]/.test(text)).map((text) => resolve(folder, text))
}

function readMapping(path: string): JsonMapping | undefined {
  try {
    const { documents, problems } = parseDocuments(
      { name: path, text: readRegular(path, LONGEST_FILE).toString('utf8') },
      '',
    )
    const value = documents[0]?.value
    return problems.length === 0 && isMapping(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads the kustomization of a folder.
 * @param path the folder's absolute path
 * @param name the folder in the user's notation
 * @param file the name of the kustomization file
 * @returns undefined when the file cannot be read or is not a kustomization
 */
export function readKustomization(path: string, name: string, file: string): Kustomization | undefined {
  const root = readMapping(join(path, file))
  if (!root) return undefined
  const apiVersion = fieldAt(root, 'apiVersion')
  // kustomize adds apiVersion and kind if they are missing.
  if (apiVersion !== undefined && !String(apiVersion).startsWith('kustomize.config.k8s.io/')) return undefined
  const notObjects = pathsIn(root, NOT_OBJECTS, path).filter((each) => !isInside(each, path))
  const uses = pathsIn(root, USED_FOLDERS, path)
  const isComponent = fieldAt(root, 'kind') === 'Component'
  return { name, path, file, isComponent, notObjects: new Set(notObjects), uses }
}

/** Kustomizations that no other is built from, so each is rendered as a whole. */
export function rootsOf(kustomizations: readonly Kustomization[]): readonly Kustomization[] {
  const used = new Set(kustomizations.flatMap(({ uses }) => uses))
  return kustomizations.filter(({ path, isComponent }) => !isComponent && !used.has(path))
}
