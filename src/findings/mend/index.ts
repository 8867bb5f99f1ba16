/** Manifests with the changes of a fix made in their text. */
import type { ConfigMap } from '../../resources/kinds.ts'
import { meshConfigMap } from '../../resources/mesh.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { DocumentPlace, JsonValue, PathStep, SourceFile } from '../../sources/document.ts'
import { parseDocuments, readValue } from '../../sources/index.ts'
import { Location } from '../../sources/location.ts'
import type { ChangeSet, Edit } from '../fixes/index.ts'
import { MendError, mendDocument } from './document.ts'

export { MendError } from './document.ts'

export interface Mended {
  /** New texts of the files that change. */
  readonly texts: ReadonlyMap<SourceFile, string>
  /** A manifest that the input lacks; its object is named in the file's name. */
  readonly added: { readonly name: string; readonly text: string } | undefined
}

interface DocumentChanges {
  readonly edits: Edit[]
  readonly removed: (readonly PathStep[])[]
}

const MESH = ['data', 'mesh'] as const

const NEW_CONFIG_MAP = `# Merge this into the mesh configuration that is installed: it holds only what is to be changed.
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

const metadataEdits = (metadata: ReadonlyMap<string, string>): Edit[] =>
  [...metadata].map(([name, value]) => ({ path: ['defaultConfig', 'proxyMetadata', name], value }))

/** The mesh configuration is YAML in a text of a ConfigMap. */
function mendMesh(text: string, metadata: ReadonlyMap<string, string>): string {
  const edits = metadataEdits(metadata)
  const [document] = parseDocuments({ name: '', text }, '').documents
  const value: JsonValue = document?.value ?? {}
  return mendDocument(document ? text : '{}\n', value, edits).replace(/\n+$/, text.endsWith('\n') ? '\n' : '')
}

function newConfigMap(metadata: ReadonlyMap<string, string>): string {
  return NEW_CONFIG_MAP + [...metadata].map(([name, value]) => `        ${name}: ${JSON.stringify(value)}\n`).join('')
}

/** Gathers what happens to each document. */
class Gatherer {
  readonly byDocument = new Map<DocumentPlace, DocumentChanges>()

  edit(document: DocumentPlace, edit: Edit): void {
    this.#of(document).edits.push(edit)
  }

  remove(document: DocumentPlace, path: readonly PathStep[]): void {
    this.#of(document).removed.push(path)
  }

  #of(document: DocumentPlace): DocumentChanges {
    const known = this.byDocument.get(document) ?? { edits: [], removed: [] }
    this.byDocument.set(document, known)
    return known
  }
}

function textOf(document: DocumentPlace, { edits, removed }: DocumentChanges): string {
  const { file, start, end } = document
  // The object is the document.
  if (removed.some((path) => path.length === 0)) return ''
  const text = file.text.slice(start, end)
  const inOrder = [...removed].sort((a, b) => Number(a.at(-1)) - Number(b.at(-1)))
  try {
    return mendDocument(text, readValue(document), edits, inOrder)
  } catch (error) {
    if (!(error instanceof MendError)) throw error
    throw new MendError(`${new Location(document).toString()}: cannot be edited: ${error.message}`)
  }
}

/** A file's text with some of its documents replaced; all between them stays. */
function fileText(file: SourceFile, replaced: ReadonlyMap<DocumentPlace, string>): string {
  const documents = [...replaced.keys()].sort((a, b) => a.start - b.start)
  const parts: string[] = []
  let at = 0
  for (const document of documents) {
    parts.push(file.text.slice(at, document.start), replaced.get(document) ?? '')
    at = document.end
  }
  return [...parts, file.text.slice(at)].join('')
}

function gather({ edits, removed, proxyMetadata }: ChangeSet, configMap: ConfigMap | undefined): Gatherer {
  const gatherer = new Gatherer()
  for (const [{ location }, of] of edits) {
    for (const { path, value } of of) gatherer.edit(location.document, { path: [...location.path, ...path], value })
  }
  for (const { location } of removed) gatherer.remove(location.document, location.path)
  if (configMap && proxyMetadata.size > 0) {
    const { location, spec } = configMap
    const text = mendMesh(spec.data.get('mesh') ?? '', proxyMetadata)
    gatherer.edit(location.document, { path: [...location.path, ...MESH], value: text })
  }
  return gatherer
}

/**
 * Makes the changes in the text of the manifests that the snapshot was read from.
 * @throws MendError when a document cannot be edited; the message names it
 */
export function mend(changes: ChangeSet, snapshot: Snapshot): Mended {
  const configMap = meshConfigMap(snapshot.clusters[0].configMaps, [])
  const { byDocument } = gather(changes, configMap)
  const byFile = new Map<SourceFile, Map<DocumentPlace, string>>()
  for (const [document, of] of byDocument) {
    const replaced = byFile.get(document.file) ?? new Map<DocumentPlace, string>()
    byFile.set(document.file, replaced)
    replaced.set(document, textOf(document, of))
  }
  const texts = new Map([...byFile].map(([file, replaced]) => [file, fileText(file, replaced)]))
  const { proxyMetadata } = changes
  if (configMap || proxyMetadata.size === 0) return { texts, added: undefined }
  return { texts, added: { name: 'istio-mesh-config.yaml', text: newConfigMap(proxyMetadata) } }
}
