/** Objects of a cluster as a file: one YAML document per object, or a List in JSON. */
import { type DataFormat, formatData } from '../../formats/data.ts'

export async function objectsText(objects: readonly object[], format: DataFormat): Promise<Iterable<string>> {
  if (format === 'json') return formatData(format, { apiVersion: 'v1', kind: 'List', items: objects })
  const { yamlDocuments } = await import('../../formats/yaml.ts')
  return yamlDocuments(objects)
}
