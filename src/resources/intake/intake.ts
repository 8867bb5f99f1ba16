/** Documents to decoded objects, including those that will be rejected. */

import { appendAll } from '../../common/collections.ts'
import { keepingEach, type Memory } from '../../common/memory.ts'
import { kindOf, type ModelledKind, type UnmodelledKind, unmodelledKind } from '../../kinds/index.ts'
import { describeResource, Resource } from '../../kinds/resource.ts'
import { DecodeContext, type DecodeIssue, json } from '../../kinds/schema/index.ts'
import type { ValidationIssue } from '../../kinds/validation/report.ts'
import type { JsonValue, SourceDocument, SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { mayInstall, type Statement, statementOf, statementOfValues } from '../mesh/stated/statements.ts'
import { problemAt } from '../problems.ts'
import type { UnknownField, UnknownKind } from '../snapshot.ts'
import { decodeMetadata, decodeObject } from './decode.ts'
import { IgnoredRemotes } from './ignored-remotes.ts'
import { installedNamespaces } from './installers.ts'
import { forEachObject, type IncompleteObject, type OthersVisitor, type RawObject } from './objects.ts'
import { type ObjectChange, overlayObjects } from './overlay.ts'
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
  /** What states how Istio is installed. */
  readonly statements: readonly Statement[]
  /** Objects that no API server knows, most likely by mistake. */
  readonly unknownKinds: readonly UnknownKind[]
  /** Namespaces into which objects of the input install more than the input has. */
  readonly installedNamespaces: ReadonlySet<string>
  /** Those that replace an earlier object of the same name. */
  readonly replacing: ReadonlySet<Resource>
  /** What documents merged over the others add and change. */
  readonly changes: readonly ObjectChange[]
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
  if (!CONTROL_CHARACTERS.test(meta.name) && !CONTROL_CHARACTERS.test(meta.namespace)) return undefined
  const field = CONTROL_CHARACTERS.test(meta.name) ? 'name' : 'namespace'
  return problemAt(object.location.child('metadata', field), {
    severity: 'error',
    message: `metadata.${field} of a ${object.kind} has control characters; the object is left out`,
  })
}

/** The objects of all documents in order. */
function objectsOf(
  documents: readonly SourceDocument[],
  problems: SourceProblem[],
  others: OthersVisitor,
): readonly RawObject[] {
  const objects: RawObject[] = []
  forEachObject(documents, problems, (object) => objects.push(object), others)
  return objects
}

export interface IntakeInput {
  readonly documents: readonly SourceDocument[]
  /** Documents that are merged over the others. */
  readonly over: readonly SourceDocument[]
  /** For objects without a namespace. */
  readonly defaultNamespace: string
}

/** Takes objects one after the other: typed, rejected, not modelled or unknown. */
class ObjectReader {
  readonly #problems: SourceProblem[]
  readonly #defaultNamespace: string
  readonly #search: YamlSurpriseSearch
  #context = new DecodeContext()
  readonly #resources: Resource[] = []
  readonly #replacing = new Set<Resource>()
  readonly #rejected = new Map<Resource, readonly ValidationIssue[]>()
  readonly #unmodelled: UnmodelledObject[] = []
  readonly #statements: Statement[] = []
  readonly #yamlSurprises: YamlSurprise[] = []
  readonly #unknownFields: UnknownField[] = []
  readonly #unknownKinds: UnknownKind[] = []
  readonly #installedNamespaces = new Set<string>()
  readonly #skipped = new SkippedKinds()
  readonly #remotes = new IgnoredRemotes()

  constructor({ documents, over, defaultNamespace }: IntakeInput, problems: SourceProblem[]) {
    this.#problems = problems
    this.#defaultNamespace = defaultNamespace
    this.#search = new YamlSurpriseSearch([...documents, ...over])
  }

  /** @param replaces whether the object replaces an earlier one of the same name */
  read(object: RawObject, replaces = false): void {
    const { apiVersion, kind, location } = object
    const remote = location.document.cluster !== CONFIG_CLUSTER
    const definition = kindOf(apiVersion, kind)
    const entry = definition ? undefined : unmodelledKind(apiVersion, kind)
    if (remote && (definition ?? entry)?.clusters === 'config') this.#remotes.add(object)
    else if (definition) this.#take(object, definition, replaces)
    else if (mayInstall(apiVersion, kind) && !isUnknownVersion(apiVersion)) this.#takeInstaller(object)
    else if (entry && !isUnknownVersion(apiVersion)) {
      this.#unmodelled.push({ resource: this.#undecoded(object), entry, object })
    } else this.#skip(object)
  }

  takeValues(value: JsonValue, location: Location): void {
    const statement = location.document.cluster === CONFIG_CLUSTER ? statementOfValues(value, location) : undefined
    if (statement) this.#statements.push(statement)
  }

  skipIncomplete(object: IncompleteObject): void {
    const { kind, hint } = object
    const key = kind === '' ? 'apiVersion' : 'kind'
    const named = { ...object, kind: kind || UNNAMED_KIND }
    this.#unknownKinds.push({ ...incompleteMistake(kind, hint), resource: this.#undecoded(named), key })
  }

  /** What was read, none of which replaces anything, or the resource if that is all. */
  get content(): ObjectReader | Resource {
    const [resource] = this.#resources
    const others: readonly { readonly length?: number; readonly size?: number }[] = [
      this.#problems,
      this.#rejected,
      this.#unmodelled,
      this.#statements,
      this.#yamlSurprises,
      this.#unknownFields,
      this.#unknownKinds,
      this.#installedNamespaces,
      this.#skipped,
      this.#remotes,
    ]
    const isAll = this.#resources.length === 1 && others.every(({ length, size }) => (length ?? size) === 0)
    return isAll && resource ? resource : this
  }

  /** Adds what was read from another document. */
  add(other: ObjectReader | Resource): void {
    if (other instanceof Resource) {
      this.#resources.push(other)
      return
    }
    appendAll(this.#problems, other.#problems)
    appendAll(this.#resources, other.#resources)
    for (const [resource, errors] of other.#rejected) this.#rejected.set(resource, errors)
    appendAll(this.#unmodelled, other.#unmodelled)
    appendAll(this.#statements, other.#statements)
    appendAll(this.#yamlSurprises, other.#yamlSurprises)
    appendAll(this.#unknownFields, other.#unknownFields)
    appendAll(this.#unknownKinds, other.#unknownKinds)
    for (const name of other.#installedNamespaces) this.#installedNamespaces.add(name)
    this.#skipped.addAll(other.#skipped)
    this.#remotes.addAll(other.#remotes)
  }

  finish(changes: readonly ObjectChange[]): Intake {
    this.#problems.push(...this.#skipped.problems(), ...this.#remotes.problems())
    return {
      resources: this.#resources,
      rejected: this.#rejected,
      unmodelled: this.#unmodelled,
      statements: this.#statements,
      yamlSurprises: this.#yamlSurprises,
      unknownFields: this.#unknownFields,
      unknownKinds: this.#unknownKinds,
      installedNamespaces: this.#installedNamespaces,
      replacing: this.#replacing,
      changes,
    }
  }

  #warn(resource: Resource, issues: readonly DecodeIssue[]): void {
    for (const { path, message, hint } of issues) {
      const text = { severity: 'warning', message: `${describeResource(resource)}: ${message}`, hint } as const
      this.#problems.push(problemAt(resource.location.child(...path), text))
    }
  }

  #take(object: RawObject, definition: ModelledKind, replaces: boolean): void {
    // Most objects leave the context unused. To make one for each object takes as long as to decode it.
    if (!this.#context.isUnused) this.#context = new DecodeContext()
    const { resource, errors, unknown, warnings } = decodeObject(
      object,
      definition,
      this.#defaultNamespace,
      this.#context,
    )
    if (warnings.length > 0) this.#warn(resource, warnings)
    const impossible = impossibleName(object, resource)
    if (impossible) {
      this.#problems.push(impossible)
      return
    }
    if (errors.length > 0) this.#rejected.set(resource, errors)
    else if (resource.meta.name === '') {
      this.#problems.push(missingName(object, resource))
      return
    }
    this.#resources.push(resource)
    for (const issue of unknown) this.#unknownFields.push({ ...issue, resource })
    if (replaces) this.#replacing.add(resource)
    if (this.#search.concerns(object)) this.#yamlSurprises.push(...this.#search.in(object, resource))
  }

  #undecoded(object: RawObject): Resource {
    const { apiVersion, kind, location, value } = object
    const meta = decodeMetadata(object, this.#defaultNamespace)
    const cluster = location.document.cluster
    return new Resource({ kind, apiVersion, meta, spec: value.spec, status: undefined, cluster, location }, AS_WRITTEN)
  }

  /** An object that installs Istio, or something else. */
  #takeInstaller(object: RawObject): void {
    const isOfConfigCluster = object.location.document.cluster === CONFIG_CLUSTER
    const statement = isOfConfigCluster ? statementOf(object, this.#problems) : undefined
    if (!statement) {
      this.#skip(object)
      return
    }
    this.#statements.push(statement)
    for (const name of installedNamespaces(object, this.#defaultNamespace)) this.#installedNamespaces.add(name)
  }

  #skip(object: RawObject): void {
    const { apiVersion, kind } = object
    const mistake = kindMistake(apiVersion, kind)
    for (const name of installedNamespaces(object, this.#defaultNamespace)) this.#installedNamespaces.add(name)
    if (mistake) this.#unknownKinds.push({ ...mistake, resource: this.#undecoded(object), key: 'kind' })
    else this.#skipped.add(apiVersion, kind)
  }
}

const othersOf = (reader: ObjectReader): OthersVisitor => ({
  incomplete: (object) => reader.skipIncomplete(object),
  values: (value, location) => reader.takeValues(value, location),
})

/** What is read from one document, which does not depend on the others. */
const readDocuments = keepingEach(
  (document: SourceDocument, _: undefined, defaultNamespace: string): ObjectReader | Resource => {
    const problems: SourceProblem[] = []
    const reader = new ObjectReader({ documents: [document], over: [], defaultNamespace }, problems)
    forEachObject([document], problems, (object) => reader.read(object), othersOf(reader))
    return reader.content
  },
)

/**
 * Reads every object of the documents, those of `over` merged over the others.
 * @param memory keeps what is read from documents that nothing is merged over
 */
export function readObjects(input: IntakeInput, problems: SourceProblem[], memory?: Memory): Intake {
  const { documents, over, defaultNamespace } = input
  const reader = new ObjectReader(input, problems)
  const others = othersOf(reader)
  if (over.length === 0) {
    if (memory) {
      for (const content of readDocuments(memory, '', documents, [], defaultNamespace)) reader.add(content)
    } else forEachObject(documents, problems, (object) => reader.read(object), others)
    return reader.finish([])
  }
  const base = objectsOf(documents, problems, others)
  const laid = overlayObjects(base, objectsOf(over, problems, others), defaultNamespace)
  for (const object of laid.objects) reader.read(object, laid.replacing.has(object))
  return reader.finish(laid.changes)
}
