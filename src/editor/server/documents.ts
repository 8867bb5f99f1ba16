/** The documents that the editor has open. */
import type {
  DidChangeTextDocumentParams,
  DidOpenTextDocumentParams,
  TextDocumentIdentifier,
} from 'vscode-languageserver/node'
import type { SourceFile } from '../../sources/document.ts'
import { OpenDocument } from '../text/open-document.ts'
import type { Positions } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { Shown } from '../workspace/shown.ts'
import { pathOfUri, uriOfPath } from './uris.ts'

export class Documents {
  readonly #byPath = new Map<string, OpenDocument>()
  /** How the editor writes the addresses of all documents that it has opened; there are several ways. */
  readonly #uris = new Map<string, string>()

  get all(): readonly OpenDocument[] {
    return [...this.#byPath.values()]
  }

  /** @param path absolute */
  readonly at = (path: string): OpenDocument | undefined => this.#byPath.get(path)

  /** As the editor writes it, if it has opened the file. */
  readonly uriOf = (path: string): string => this.#uris.get(path) ?? uriOfPath(path)

  /** What is needed to show places of a project. */
  shown(project: Project, positions: Positions): Shown {
    return { project, positions, open: this.at, uriOf: this.uriOf }
  }

  /** The texts to compute with. */
  readonly texts = (): ReadonlyMap<string, SourceFile> => new Map(this.all.map(({ path, sound }) => [path, sound]))

  of({ uri }: TextDocumentIdentifier): OpenDocument | undefined {
    const path = pathOfUri(uri)
    return path === undefined ? undefined : this.#byPath.get(path)
  }

  /** @returns undefined for a document that is not a text file on this machine, such as an earlier version from a repository */
  open({ textDocument }: DidOpenTextDocumentParams): OpenDocument | undefined {
    const { uri, version, text } = textDocument
    const path = pathOfUri(uri)
    if (path === undefined || typeof text !== 'string') return undefined
    const document = new OpenDocument(uri, path, version, text)
    this.#byPath.set(path, document)
    this.#uris.set(path, uri)
    return document
  }

  change(
    { textDocument, contentChanges }: DidChangeTextDocumentParams,
    positions: Positions,
  ): OpenDocument | undefined {
    const document = this.of(textDocument)
    document?.change(contentChanges, textDocument.version, positions)
    return document
  }

  close(identifier: TextDocumentIdentifier): OpenDocument | undefined {
    const document = this.of(identifier)
    if (document) this.#byPath.delete(document.path)
    return document
  }
}
