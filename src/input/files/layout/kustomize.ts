/** Folders that kustomize builds: which of their files are objects, and which only change objects. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../../sources/mapping.ts'
import { parseDocuments } from '../../../sources/parse.ts'
import { isInside } from '../paths.ts'

const FILE_NAMES: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])

/** Fields that name files and folders which are not objects of their own. */
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

/** Fields that name other folders which kustomize builds first. */
const USED_FOLDERS = ['resources', 'bases', 'components'] as const

/** A folder with a kustomization. */
export interface Kustomization {
  /** Of the folder, as the user would write it. */
  readonly name: string
  /** Of the folder, absolute. */
  readonly path: string
  /** Of the file in it. */
  readonly file: string
  /** A component is a part of overlays, and nothing alone. */
  readonly isComponent: boolean
  /** Absolute paths of files and folders that hold no objects of their own. */
  readonly notObjects: ReadonlySet<string>
  /** Absolute paths of what it builds on. */
  readonly uses: readonly string[]
}

export const isKustomizationFile = (name: string): boolean => FILE_NAMES.has(name)

/** Every text in a value, with `KEY=` of generators taken off. */
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
    const { documents, problems } = parseDocuments({ name: path, text: readFileSync(path, 'utf8') }, '')
    const value = documents[0]?.value
    return problems.length === 0 && isMapping(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads the kustomization of a folder.
 * @param path of the folder, absolute
 * @param name of the folder, as the user would write it
 * @param file of the kustomization in it
 * @returns undefined when the file is not a kustomization, or cannot be read
 */
export function readKustomization(path: string, name: string, file: string): Kustomization | undefined {
  const root = readMapping(join(path, file))
  if (!root) return undefined
  const apiVersion = fieldAt(root, 'apiVersion')
  // kustomize fills in apiVersion and kind where they are missing.
  if (apiVersion !== undefined && !String(apiVersion).startsWith('kustomize.config.k8s.io/')) return undefined
  const notObjects = pathsIn(root, NOT_OBJECTS, path).filter((each) => !isInside(each, path))
  const uses = pathsIn(root, USED_FOLDERS, path)
  const isComponent = fieldAt(root, 'kind') === 'Component'
  return { name, path, file, isComponent, notObjects: new Set(notObjects), uses }
}

/** Those that no other builds on: each is one rendered whole. */
export function rootsOf(kustomizations: readonly Kustomization[]): readonly Kustomization[] {
  const used = new Set(kustomizations.flatMap(({ uses }) => uses))
  return kustomizations.filter(({ path, isComponent }) => !isComponent && !used.has(path))
}
