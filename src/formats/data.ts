/** Values as JSON or YAML. */
export type DataFormat = 'json' | 'yaml'

/**
 * A value's text in pieces; the writer of a format is loaded on demand.
 * @param levels of JSON that become separate pieces; undefined for the default
 */
export async function formatData(format: DataFormat, value: unknown, levels?: number): Promise<Iterable<string>> {
  if (format === 'json') return (await import('./json.ts')).jsonChunks(value, levels)
  return (await import('./yaml.ts')).yamlChunks(value)
}
