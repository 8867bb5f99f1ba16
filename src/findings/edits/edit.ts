/** Applies the changes of a fix to the text of manifests. */
import { append } from '../../common/collections.ts'
import { once } from '../../common/once.ts'
import type { ConfigMap } from '../../kinds/index.ts'
import { writtenKey } from '../../kinds/stated.ts'
import { meshConfigMap } from '../../resources/mesh/mesh.ts'
import { ProxyConfig } from '../../resources/mesh/mesh-config.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { DocumentPlace, JsonValue, PathStep, SourceFile } from '../../sources/document.ts'
import { parseDocuments, readValue } from '../../sources/index.ts'
import { Location } from '../../sources/location.ts'
import { fieldAt } from '../../sources/mapping.ts'
import { type ChangeSet, type Edit, isRemoval, type Replacement } from '../fixes/change.ts'
import { EditableDocument } from './document.ts'
import { EditError } from './edit-error.ts'
import { firstLineEnd } from './lines.ts'
import { inTextOrder, type ReplacedPart, withParts } from './part.ts'

export interface EditedManifests {
  /** New texts of the changed files. */
  readonly texts: ReadonlyMap<SourceFile, string>
  /** What changes in them, in text order. */
  readonly replaced: ReadonlyMap<SourceFile, readonly ReplacedPart[]>
  /** A manifest to add, because the input lacks the object; the file's name contains the object's. */
  readonly added: { readonly name: string; readonly text: string } | undefined
}

const MESH = ['data', 'mesh'] as const

const NEW_CONFIG_MAP = `# Merge this into the installed mesh configuration: it contains only the changes.
apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |-
    defaultConfig:
      proxyMetadata:
`

function metadataEdits(metadata: ReadonlyMap<string, string>, mesh: JsonValue): Replacement[] {
  const field = writtenKey(fieldAt(mesh, 'defaultConfig'), ProxyConfig, 'proxyMetadata') ?? 'proxyMetadata'
  return [...metadata].map(([name, value]) => ({ path: ['defaultConfig', field, name], value }))
}

/** Edits the mesh configuration, which is YAML in a string of a ConfigMap. */
function editMesh(text: string, metadata: ReadonlyMap<string, string>): string {
  const [document] = parseDocuments({ name: '', text }, '').documents
  const value: JsonValue = document?.value ?? {}
  const edits = metadataEdits(metadata, value)
  const given = document ? text : '{}\n'
  return withParts(given, new EditableDocument(given, value, '\n').edit(edits)).replace(
    /\n+$/,
    text.endsWith('\n') ? '\n' : '',
  )
}

function metadataLines(metadata: ReadonlyMap<string, string>, indent: string): string {
  return [...metadata].map(([name, value]) => `${indent}${name}: ${JSON.stringify(value)}\n`).join('')
}

const newConfigMap = (metadata: ReadonlyMap<string, string>): string =>
  NEW_CONFIG_MAP + metadataLines(metadata, '        ')

/** Changes of a mesh configuration that an object states which installs Istio, such as an IstioOperator. */
function newMeshConfig(metadata: ReadonlyMap<string, string>, stated: Location): string {
  const head = `# Merge this into the mesh configuration at ${fileAndLine(stated)}: it contains only the changes.\n`
  return `${head}defaultConfig:\n  proxyMetadata:\n${metadataLines(metadata, '    ')}`
}

function addedManifest({ proxyMetadata }: ChangeSet, { meshAt }: Snapshot): EditedManifests['added'] {
  const text = meshAt ? newMeshConfig(proxyMetadata, meshAt) : newConfigMap(proxyMetadata)
  return { name: 'istio-mesh-config.yaml', text }
}

/** Collects the edits of each document. */
class EditCollector {
  readonly byDocument = new Map<DocumentPlace, Edit[]>()

  edit(document: DocumentPlace, start: readonly PathStep[], edits: readonly Edit[]): void {
    const known = this.byDocument.get(document) ?? []
    this.byDocument.set(document, known)
    for (const edit of edits) known.push({ ...edit, path: [...start, ...edit.path] })
  }
}

/** A cache of the last document only. A `List` is one document, and each finding about its objects may have a fix. */
let last: { readonly place: DocumentPlace; readonly document: EditableDocument } | undefined

function editable(place: DocumentPlace): EditableDocument {
  if (last?.place !== place) {
    const { file, start, end } = place
    const text = file.text.slice(start, end)
    last = { place, document: new EditableDocument(text, readValue(place), firstLineEnd(file.text)) }
  }
  return last.document
}

/** What changes in the text of a document's file. */
function partsOf(document: DocumentPlace, edits: readonly Edit[]): readonly ReplacedPart[] {
  const { start, end } = document
  // The object is the whole document.
  if (edits.some((edit) => isRemoval(edit) && edit.path.length === 0)) return [{ start, end, text: '' }]
  try {
    const parts = editable(document).edit(edits)
    return parts.map((part) => ({ ...part, start: start + part.start, end: start + part.end }))
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    throw new EditError(`${new Location(document).toString()}: cannot be edited: ${error.message}`)
  }
}

function collectEdits({ edits, removed, proxyMetadata }: ChangeSet, configMap: ConfigMap | undefined): EditCollector {
  const collector = new EditCollector()
  for (const [{ location }, of] of edits) collector.edit(location.document, location.path, of)
  for (const { location } of removed) collector.edit(location.document, location.path, [{ path: [], remove: true }])
  if (configMap && proxyMetadata.size > 0) {
    const { location, spec } = configMap
    const text = editMesh(spec.data.get('mesh') ?? '', proxyMetadata)
    collector.edit(location.document, location.path, [{ path: MESH, value: text }])
  }
  return collector
}

/**
 * Makes the changes in the text of the manifests of a snapshot.
 * @throws EditError when a document cannot be edited; the message names it
 */
export function editManifests(changes: ChangeSet, snapshot: Snapshot): EditedManifests {
  const [{ configMaps, istioNamespace }] = snapshot.clusters
  const configMap = meshConfigMap(configMaps, [], { istioNamespace, revision: snapshot.revision })
  const { byDocument } = collectEdits(changes, configMap)
  const changed = new Map<SourceFile, ReplacedPart[]>()
  for (const [document, edits] of byDocument) {
    for (const part of partsOf(document, edits)) append(changed, document.file, part)
  }
  const replaced = new Map([...changed].map(([file, parts]) => [file, inTextOrder(parts)]))
  // Reports need no texts.
  const texts = once(() => new Map([...replaced].map(([file, parts]) => [file, withParts(file.text, parts)])))
  return {
    replaced,
    added: configMap || changes.proxyMetadata.size === 0 ? undefined : addedManifest(changes, snapshot),
    get texts() {
      return texts()
    },
  }
}
