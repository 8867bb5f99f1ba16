/** Changes as YAML that a person can apply: merge patches, and objects to delete or add. */
import { describeResource } from '../../kinds/resource.ts'
import type { JsonValue } from '../../sources/document.ts'
import { readValue } from '../../sources/index.ts'
import { valueAt } from '../../sources/mapping.ts'
import { yamlText } from '../../sources/yaml/text.ts'
import { type Change, changeSet, type Edit } from './change.ts'
import { withEdits } from './edit.ts'

/**
 * A merge patch (RFC 7396) with the changed fields. It replaces lists as a whole, so a list with one changed item is
 * written out; null removes a field.
 */
function mergePatch(object: JsonValue, edits: readonly Edit[]): JsonValue {
  const after = withEdits(object, edits)
  const parts = edits.map(({ path }): Edit => {
    const list = path.findIndex((step) => typeof step === 'number')
    const place = list < 0 ? path : path.slice(0, list)
    return { path: place, value: valueAt(after, place) ?? null }
  })
  return withEdits({}, parts)
}

/** The changes of one fix, one YAML document per object, with a comment that says what to do. */
export function changeText(changes: readonly Change[]): string {
  const { edits, removed, proxyMetadata } = changeSet(changes)
  const documents: string[] = []
  for (const [resource, of] of edits) {
    const { document, path } = resource.location
    const patch = mergePatch(valueAt(readValue(document), path) ?? {}, of)
    documents.push(`# merge patch of ${describeResource(resource)}\n${yamlText(patch)}`)
  }
  for (const resource of removed) documents.push(`# delete ${describeResource(resource)}\n`)
  if (proxyMetadata.size > 0) {
    const proxyConfig = { defaultConfig: { proxyMetadata: Object.fromEntries(proxyMetadata) } }
    documents.push(`# mesh configuration; it takes effect when proxies restart\n${yamlText(proxyConfig)}`)
  }
  return documents.join('---\n')
}
