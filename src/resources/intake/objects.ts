/** Documents to single objects: splits lists and looks up each object's kind. */
import { nearest } from '../../common/nearest.ts'
import { kindOf, usualApiVersion } from '../../kinds/index.ts'
import {
  type JsonValue,
  type PathStep,
  placeOf,
  type SourceDocument,
  type SourceProblem,
} from '../../sources/document.ts'
import { Location } from '../../sources/location.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import { areIstiodValues } from '../mesh/stated/statements.ts'
import { problemAt } from '../problems.ts'

/** One object of a manifest, with an apiVersion and a kind. */
export interface RawObject {
  readonly apiVersion: string
  readonly kind: string
  readonly value: JsonMapping
  readonly location: Location
  /** The value is not that of the text at the location: it was edited, or merged from two places. */
  readonly composed?: true
}

const LIST_SUFFIX = 'List'

/** YAML files that are next to manifests but contain no objects. */
const COMPANION_FILES = new Set(['kustomization.yaml', 'kustomization.yml', 'Chart.yaml', 'values.yaml', 'values.yml'])

/** The last part of a path, with the slashes of any system. */
const fileNameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/** The shared path of all objects that are a whole document. */
const ROOT: readonly PathStep[] = Object.freeze([])

/** `kind: List`, or a list of one kind such as the API server returns. */
function isList(kind: string, value: JsonMapping): boolean {
  return kind === LIST_SUFFIX || (kind.endsWith(LIST_SUFFIX) && Array.isArray(fieldAt(value, 'items')))
}

/** The kind of a list's items when they do not have one. */
interface ItemDefaults {
  readonly apiVersion: string
  readonly kind: string
}

const NO_DEFAULTS: ItemDefaults = { apiVersion: '', kind: '' }

/** The key that was probably meant as another. */
function misspeltKey(key: 'kind' | 'apiVersion', value: JsonMapping): string | undefined {
  const close = nearest(key, Object.keys(value))
  return close === key ? undefined : close
}

function missingKeyHint(key: 'kind' | 'apiVersion', value: JsonMapping, kind: string): string {
  const close = misspeltKey(key, value)
  if (close !== undefined) return `is ${JSON.stringify(close)} meant to be ${key}?`
  const usual = key === 'apiVersion' ? usualApiVersion(kind) : undefined
  if (usual) return `write apiVersion: ${usual}`
  return 'an object begins with apiVersion and kind, such as networking.istio.io/v1 and ServiceEntry'
}

/** An object with only one of apiVersion and kind; the other is ''. */
export interface IncompleteObject extends RawObject {
  readonly hint: string
}

/** The problem of an object with only one of apiVersion and kind. */
function incompleteProblem({ kind, hint, location }: IncompleteObject): SourceProblem {
  const message = kind === '' ? 'no kind: this cannot be read as an object' : `${kind} without an apiVersion`
  return problemAt(location, { severity: 'error', message, hint })
}

/** Gets what is not an object. */
export interface OthersVisitor {
  /** Without it, such objects are problems. */
  readonly incomplete?: (object: IncompleteObject) => void
  /** Gets files with Helm values for istiod's chart, which are never problems. */
  readonly values?: (value: JsonValue, location: Location) => void
}

/** The object with the namespace of its file, if it has none of its own and the file has one. */
function inNamespaceOfFile(object: RawObject): RawObject {
  const { apiVersion, kind, value, location } = object
  const { namespace } = location.document.file
  if (namespace === undefined) return object
  const metadata = fieldAt(value, 'metadata')
  const isNamespaced = kindOf(apiVersion, kind)?.namespaced ?? true
  if (!isNamespaced || !isMapping(metadata) || fieldAt(metadata, 'namespace')) return object
  return { ...object, value: { ...value, metadata: { ...metadata, namespace } }, composed: true }
}

/**
 * Calls `visit` for every object of the documents, in order.
 * @param problems collects what is not an object
 */
export function forEachObject(
  documents: readonly SourceDocument[],
  problems: SourceProblem[],
  visit: (object: RawObject) => void,
  { incomplete = (object) => problems.push(incompleteProblem(object)), values }: OthersVisitor = {},
): void {
  function reject(location: Location, message: string, hint?: string): void {
    problems.push(problemAt(location, { severity: 'error', message, hint }))
  }

  function typeName(value: JsonMapping, key: 'kind' | 'apiVersion', fallback: string, location: Location) {
    const name = fieldAt(value, key) ?? fallback
    if (typeof name === 'string') return name
    reject(location.child(key), `${key} must be a string, not ${JSON.stringify(name).slice(0, 80)}`)
    return undefined
  }

  function visitItems(value: JsonMapping, defaults: ItemDefaults, location: Location): void {
    const items = fieldAt(value, 'items') ?? []
    if (!Array.isArray(items)) {
      reject(location.child('items'), 'the items of a list must be a sequence')
      return
    }
    items.forEach((item, index) => {
      visitValue(item, defaults, location.child('items', index))
    })
  }

  function visitValue(value: JsonValue, defaults: ItemDefaults, location: Location): void {
    if (!isMapping(value)) {
      reject(location, 'an object must be a mapping')
      return
    }
    const kind = typeName(value, 'kind', defaults.kind, location)
    const apiVersion = typeName(value, 'apiVersion', defaults.apiVersion, location)
    if (kind === undefined || apiVersion === undefined) return
    if (areIstiodValues(value)) values?.(value, location)
    else if (kind === '' && apiVersion === '' && COMPANION_FILES.has(fileNameOf(location.document.file.name))) {
      problems.push(
        problemAt(location, { severity: 'note', message: 'skipped: this file holds no Kubernetes objects' }),
      )
    } else if (kind === '' && apiVersion === '' && !misspeltKey('kind', value)) {
      reject(location, 'no kind: this cannot be read as an object', missingKeyHint('kind', value, kind))
    } else if (kind === '') {
      incomplete({ apiVersion, kind, value, location, hint: missingKeyHint('kind', value, kind) })
    } else if (isList(kind, value)) {
      const itemKind = kind.slice(0, -LIST_SUFFIX.length)
      visitItems(value, itemKind ? { kind: itemKind, apiVersion } : NO_DEFAULTS, location)
    } else if (apiVersion === '') {
      incomplete({ apiVersion, kind, value, location, hint: missingKeyHint('apiVersion', value, kind) })
    } else {
      visit(inNamespaceOfFile({ apiVersion, kind, value, location }))
    }
  }

  for (const document of documents) visitValue(document.value, NO_DEFAULTS, new Location(placeOf(document), ROOT))
}
