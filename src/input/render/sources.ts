/** Where the objects of rendered manifests are in the files that they are rendered from. */
import { readdirSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { append } from '../../common/collections.ts'
import { once, oncePer } from '../../common/once.ts'
import type { Resource } from '../../kinds/resource.ts'
import { type DocumentPlace, placeOf, type SourceFile } from '../../sources/document.ts'
import { Location } from '../../sources/location.ts'
import { isMapping, valueAt } from '../../sources/mapping.ts'
import { parseDocuments } from '../../sources/parse.ts'
import { isKustomizationFile, readKustomization } from '../files/layout/kustomize.ts'
import { isInside } from '../files/paths.ts'
import { readRegular } from '../files/read.ts'

/** Larger files are not searched. */
const MOST_BYTES = 10_000_000
/** More folders are not searched. */
const MOST_FOLDERS = 1_000

function textOf(path: string): string | undefined {
  try {
    return readRegular(path, MOST_BYTES).toString('utf8')
  } catch {
    return undefined
  }
}

/** What a kustomization is built from. Paths are absolute. */
interface Parts {
  /** Those of the kustomization and of others under it. */
  readonly folders: readonly string[]
  /** Files with objects. */
  readonly files: readonly string[]
}

/** The parts of a kustomization that are on this machine. */
export function partsOf(folder: string): Parts {
  const entered = new Set<string>()
  const folders: string[] = []
  const files = new Set<string>()
  const visit = (path: string): void => {
    if (entered.has(path) || entered.size >= MOST_FOLDERS) return
    entered.add(path)
    try {
      if (!statSync(path).isDirectory()) {
        files.add(path)
        return
      }
      folders.push(path)
      const file = readdirSync(path).find(isKustomizationFile)
      const kustomization = file === undefined ? undefined : readKustomization(path, path, file)
      for (const used of kustomization?.uses ?? []) visit(used)
    } catch {
      // It is on the network, or missing; kustomize reports the latter.
    }
  }
  visit(folder)
  return { folders, files: [...files] }
}

/** An object of a source file. */
interface SourceObject {
  readonly namespace: string
  readonly name: string
  readonly place: DocumentPlace
}

const textAt = (value: unknown): string => (typeof value === 'string' ? value : '')

function objectsByKind(folder: string, cwd: string): ReadonlyMap<string, readonly SourceObject[]> {
  const found = new Map<string, SourceObject[]>()
  for (const path of partsOf(folder).files) {
    const text = textOf(path)
    if (text === undefined) continue
    for (const document of parseDocuments({ name: relative(cwd, path) || path, text }, '').documents) {
      const { value } = document
      if (!isMapping(value) || typeof value.kind !== 'string') continue
      const [namespace, name] = ['namespace', 'name'].map((key) => textAt(valueAt(value, ['metadata', key])))
      append(found, value.kind, { namespace: namespace ?? '', name: name ?? '', place: placeOf(document) })
    }
  }
  return found
}

/** The object of that name; of several, that of the namespace. Otherwise the one whose name kustomize has added to. */
function chosen(objects: readonly SourceObject[], { namespace, name }: Resource['meta']): SourceObject | undefined {
  const same = objects.filter((object) => object.name === name)
  if (same.length > 0) return same.find((object) => object.namespace === namespace) ?? same[0]
  const within = objects.filter((object) => object.name !== '' && name.includes(object.name))
  return within.length === 1 ? within[0] : undefined
}

/** What was rendered: a chart, or the folder of a kustomization. */
interface Rendering {
  readonly tool: 'helm' | 'kustomize'
  /** Absolute. */
  readonly path: string
}

type Finder = (resource: Resource, location: Location) => Location | undefined

function kustomizeFinder({ path }: Rendering, cwd: string): Finder {
  const objects = once(() => objectsByKind(path, cwd))
  return ({ kind, meta }, location) => {
    const source = chosen(objects().get(kind) ?? [], meta)
    return source && new Location(source.place, location.path)
  }
}

const SOURCE = '# Source: '

const linesOf = oncePer(({ text }: SourceFile): readonly string[] => text.split('\n'))

/** The template in helm's comment above an object: `web/templates/service.yaml`. */
function templateOf({ file }: DocumentPlace, line: number): string | undefined {
  const lines = linesOf(file)
  for (let index = Math.min(line, lines.length) - 1; index >= 0; index--) {
    const found = lines[index] as string
    if (found.startsWith(SOURCE)) return found.slice(SOURCE.length).trim()
    if (found.startsWith('---')) return undefined
  }
  return undefined
}

/** The line with the kind of an object, in a template that is not YAML yet. */
function kindLine(file: SourceFile, { kind, meta }: Resource): DocumentPlace | undefined {
  const starts: number[] = []
  let nearest: number | undefined
  let offset = 0
  for (const line of file.text.split('\n')) {
    if (line.replace(/["'\s]/g, '') === `kind:${kind}`) starts.push(offset)
    if (starts.length > 0 && line.includes(`name: ${meta.name}`)) nearest ??= starts.at(-1)
    offset += line.length + 1
  }
  const start = nearest ?? starts[0]
  if (start === undefined) return undefined
  const end = file.text.indexOf('\n', start)
  return { file, cluster: '', start, end: end < 0 ? file.text.length : end }
}

function helmFinder({ path }: Rendering, cwd: string): Finder {
  return (resource, location) => {
    const template = templateOf(location.document, resource.location.position().line)
    if (template === undefined) return undefined
    const file = resolve(path, template.slice(template.indexOf('/') + 1))
    const text = isInside(path, file) ? textOf(file) : undefined
    if (text === undefined) return undefined
    const place = kindLine({ name: relative(cwd, file) || file, text }, resource)
    return place && new Location(place)
  }
}

/**
 * Finds the source of a location in rendered manifests.
 * @returns a function of the object and the location; undefined where the source is not found
 */
export const sourceFinder = (rendering: Rendering, cwd: string): Finder =>
  rendering.tool === 'kustomize' ? kustomizeFinder(rendering, cwd) : helmFinder(rendering, cwd)
