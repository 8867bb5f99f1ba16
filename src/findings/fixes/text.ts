/** Changes as YAML that a person can apply: merge patches, and objects to delete or add. */
import { describeResource, type Resource } from '../../kinds/resource.ts'
import type { JsonValue } from '../../sources/document.ts'
import { readValue } from '../../sources/index.ts'
import { valueAt } from '../../sources/mapping.ts'
import { yamlText } from '../../sources/yaml/text.ts'
import { type Change, changeSet, type Edit, isRemoval } from './change.ts'
import { withEdits } from './edit.ts'

/**
 * A merge patch (RFC 7396) with the changed fields. It replaces lists as a whole, so a list with one changed item is
 * written out; null removes a field.
 */
function mergePatch({ location: { document, path } }: Resource, edits: readonly Edit[]): JsonValue {
  const [only, second] = edits
  // Most fixes set one field, whatever the object has.
  if (only && !second && only.path.every((step) => typeof step === 'string')) {
    return withEdits({}, [{ path: only.path, value: isRemoval(only) ? null : only.value }])
  }
  const after = withEdits(valueAt(readValue(document), path) ?? {}, edits)
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
    documents.push(`# merge patch of ${describeResource(resource)}\n${yamlText(mergePatch(resource, of))}`)
  }
  for (const resource of removed) documents.push(`# delete ${describeResource(resource)}\n`)
  if (proxyMetadata.size > 0) {
    const proxyConfig = { defaultConfig: { proxyMetadata: Object.fromEntries(proxyMetadata) } }
    documents.push(`# mesh configuration; it takes effect when proxies restart\n${yamlText(proxyConfig)}`)
  }
  return documents.join('---\n')
}
