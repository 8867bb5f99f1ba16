/** Documents to decoded objects, including those that will be rejected. */

import { kindOf, type ModelledKind, type UnmodelledKind, unmodelledKind } from '../../kinds/index.ts'
import { describeResource, Resource } from '../../kinds/resource.ts'
import { type DecodeIssue, json } from '../../kinds/schema/index.ts'
import type { ValidationIssue } from '../../kinds/validation/report.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'
import { problemAt } from '../problems.ts'
import type { UnknownField, UnknownKind } from '../snapshot.ts'
import { decodeMetadata, decodeObject } from './decode.ts'
import { installedNamespaces } from './installers.ts'
import { forEachObject, type IncompleteObject, type RawObject } from './objects.ts'
import { type ObjectChange, type Overlaid, overlayObjects } from './overlay.ts'
import { incompleteMistake, isUnknownVersion, kindMistake, SkippedKinds } from './unknown-kinds.ts'
import { type YamlSurprise, YamlSurpriseSearch } from './yaml-surprises.ts'

/** The config cluster's ID on documents. */
export const CONFIG_CLUSTER = ''

/** An object of an unmodelled kind. Its `spec` is the JSON as written. */
export interface UnmodelledObject {
  readonly resource: Resource
  readonly entry: UnmodelledKind
  readonly object: RawObject
}

/** The kind of an object without a kind. */
const UNNAMED_KIND = 'Object'

/** An object that is not decoded has exactly the fields that are written. */
const AS_WRITTEN = { spec: json, flat: false, status: json }

export interface Intake {
  /** In input order, including rejected ones. */
  readonly resources: readonly Resource[]
  /** Why objects could not be decoded. */
  readonly rejected: ReadonlyMap<Resource, readonly ValidationIssue[]>
  readonly unmodelled: readonly UnmodelledObject[]
  /** Includes those of rejected resources. */
  readonly yamlSurprises: readonly YamlSurprise[]
  /** Includes those of rejected resources. */
  readonly unknownFields: readonly UnknownField[]
  /** Objects that no API server knows, most likely by mistake. */
  readonly unknownKinds: readonly UnknownKind[]
  /** Namespaces into which objects of the input install more than the input has. */
  readonly installedNamespaces: ReadonlySet<string>
  /** Those that replace an earlier object of the same name. */
  readonly replacing: ReadonlySet<Resource>
  /** What documents merged over the others add and change. */
  readonly changes: readonly ObjectChange[]
}

/** Istio objects in the input of a remote cluster, where istiod ignores them; one problem per kind. */
class IgnoredRemotes {
  readonly #byKind = new Map<string, { object: RawObject; count: number }>()

  add(object: RawObject): void {
    const key = `${object.location.document.cluster}/${object.kind}`
    const known = this.#byKind.get(key)
    if (known) known.count++
    else this.#byKind.set(key, { object, count: 1 })
  }

  problems(): SourceProblem[] {
    return [...this.#byKind.values()].map(({ object, count }) => {
      const { document } = object.location
      const objects = count === 1 ? `a ${object.kind}` : `${count} objects of kind ${object.kind}`
      return problemAt(object.location, {
        severity: 'note',
        message: `ignored ${objects} of remote cluster ${document.cluster}: istiod reads them from the config cluster`,
      })
    })
  }
}

function missingName(object: RawObject, resource: Resource): SourceProblem {
  return problemAt(object.location, {
    severity: 'error',
    message: `${object.kind} without a name: metadata.name is missing`,
    hint: resource.meta.generateName
      ? 'generateName has no effect until the API server generates a name from it'
      : undefined,
  })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]/

/** No API server accepts such a name, and printing it could affect a terminal. */
function impossibleName(object: RawObject, { meta }: Resource): SourceProblem | undefined {
  const field = (['name', 'namespace'] as const).find((part) => CONTROL_CHARACTERS.test(meta[part]))
  if (!field) return undefined
  return problemAt(object.location.child('metadata', field), {
    severity: 'error',
    message: `metadata.${field} of a ${object.kind} has control characters; the object is left out`,
  })
}

/** The objects of all documents in order. */
function objectsOf(
  documents: readonly SourceDocument[],
  problems: SourceProblem[],
  incomplete: (object: IncompleteObject) => void,
): readonly RawObject[] {
  const objects: RawObject[] = []
  forEachObject(documents, problems, (object) => objects.push(object), incomplete)
  return objects
}

const NOTHING_LAID: Overlaid = { objects: [], replacing: new Set(), replaced: new Set(), changes: [] }

/** Merges the objects of some documents over those of the others; returns no changes when there are none. */
function lay(
  { documents, over, defaultNamespace }: IntakeInput,
  problems: SourceProblem[],
  incomplete: (object: IncompleteObject) => void,
): Overlaid {
  if (over.length === 0) return NOTHING_LAID
  const base = objectsOf(documents, problems, incomplete)
  return overlayObjects(base, objectsOf(over, problems, incomplete), defaultNamespace)
}

export interface IntakeInput {
  readonly documents: readonly SourceDocument[]
  /** Documents that are merged over the others. */
  readonly over: readonly SourceDocument[]
  /** For objects without a namespace. */
  readonly defaultNamespace: string
}

/** Reads every object of the documents. */
export function readObjects(input: IntakeInput, problems: SourceProblem[]): Intake {
  const { defaultNamespace } = input
  const resources: Resource[] = []
  const replacing = new Set<Resource>()
  const rejected = new Map<Resource, readonly ValidationIssue[]>()
  const unmodelled: UnmodelledObject[] = []
  const yamlSurprises: YamlSurprise[] = []
  const unknownFields: UnknownField[] = []
  const unknownKinds: UnknownKind[] = []
  const installed = new Set<string>()
  const search = new YamlSurpriseSearch([...input.documents, ...input.over])
  const skipped = new SkippedKinds()
  const remotes = new IgnoredRemotes()
  const { objects, replacing: replacingObjects, changes } = lay(input, problems, skipIncomplete)

  function say(resource: Resource, issues: readonly DecodeIssue[]): void {
    for (const { path, message, hint } of issues) {
      const text = { severity: 'warning', message: `${describeResource(resource)}: ${message}`, hint } as const
      problems.push(problemAt(resource.location.child(...path), text))
    }
  }

  function take(object: RawObject, definition: ModelledKind): void {
    const { resource, errors, unknown, warnings } = decodeObject(object, definition, defaultNamespace)
    if (warnings.length > 0) say(resource, warnings)
    const impossible = impossibleName(object, resource)
    if (impossible) {
      problems.push(impossible)
      return
    }
    if (errors.length > 0) rejected.set(resource, errors)
    else if (resource.meta.name === '') {
      problems.push(missingName(object, resource))
      return
    }
    resources.push(resource)
    for (const issue of unknown) unknownFields.push({ ...issue, resource })
    if (replacingObjects.has(object)) replacing.add(resource)
    yamlSurprises.push(...search.in(object, resource))
  }

  function undecoded(object: RawObject): Resource {
    const { apiVersion, kind, location, value } = object
    const meta = decodeMetadata(object, defaultNamespace)
    const cluster = location.document.cluster
    return new Resource({ kind, apiVersion, meta, spec: value.spec, status: undefined, cluster, location }, AS_WRITTEN)
  }

  function skip(object: RawObject): void {
    const { apiVersion, kind } = object
    const mistake = kindMistake(apiVersion, kind)
    for (const namespace of installedNamespaces(object, defaultNamespace)) installed.add(namespace)
    if (mistake) unknownKinds.push({ ...mistake, resource: undecoded(object), key: 'kind' })
    else skipped.add(apiVersion, kind)
  }

  function skipIncomplete(object: IncompleteObject): void {
    const { kind, hint } = object
    const key = kind === '' ? 'apiVersion' : 'kind'
    const named = { ...object, kind: kind || UNNAMED_KIND }
    unknownKinds.push({ ...incompleteMistake(kind, hint), resource: undecoded(named), key })
  }

  function visit(object: RawObject): void {
    const { apiVersion, kind, location } = object
    const remote = location.document.cluster !== CONFIG_CLUSTER
    const definition = kindOf(apiVersion, kind)
    const entry = definition ? undefined : unmodelledKind(apiVersion, kind)
    if (remote && (definition ?? entry)?.clusters === 'config') remotes.add(object)
    else if (definition) take(object, definition)
    else if (entry && !isUnknownVersion(apiVersion)) unmodelled.push({ resource: undecoded(object), entry, object })
    else skip(object)
  }

  if (input.over.length === 0) forEachObject(input.documents, problems, visit, skipIncomplete)
  else objects.forEach(visit)
  problems.push(...skipped.problems(), ...remotes.problems())
  return {
    resources,
    rejected,
    unmodelled,
    yamlSurprises,
    unknownFields,
    unknownKinds,
    installedNamespaces: installed,
    replacing,
    changes,
  }
}
