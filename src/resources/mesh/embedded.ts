/** YAML inside a string of another document: mesh configuration in a ConfigMap, Helm values in an Application. */
import type { JsonValue, SourceDocument, SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { parseDocuments } from '../../sources/parse.ts'
import { sourceTextOf } from '../../sources/positions.ts'

/** Parsed YAML from a string; an `undefined` value when it is empty. */
interface EmbeddedYaml {
  readonly value: JsonValue | undefined
  readonly document: SourceDocument | undefined
  readonly problems: readonly SourceProblem[]
}

/** A literal block scalar, with just its header on the first line. */
const LITERAL_BLOCK = /^\|[-+0-9]*[ \t]*(#[^\n]*)?\r?\n/

/**
 * Parses YAML in a string. The lines of a literal block are parsed in place, so positions in it are positions in the
 * file; in other strings they count from the start of the string.
 */
export function parseEmbedded(location: Location, text: string, label: string): EmbeddedYaml {
  const { document, path } = location
  const source = sourceTextOf(document, path)
  const header = source === undefined ? null : LITERAL_BLOCK.exec(source)
  const { line } = location.position()
  const file =
    header && source !== undefined
      ? { name: document.file.name, text: '\n'.repeat(line) + source.slice(header[0].length) }
      : { name: `${document.file.name}:${line} ${label}`, text }
  const parsed = parseDocuments(file, document.cluster)
  const first = parsed.documents[0]
  return { value: first?.value, document: first, problems: parsed.problems }
}
