/** Values as JSON or YAML. */
export type DataFormat = 'json' | 'yaml'

/**
 * Text of a value in pieces; the writer of a format is read only when it is asked for.
 * @param levels of JSON that are pieces of their own; undefined for the usual ones
 */
export async function formatData(format: DataFormat, value: unknown, levels?: number): Promise<Iterable<string>> {
  if (format === 'json') return (await import('./json.ts')).jsonChunks(value, levels)
  return (await import('./yaml.ts')).yamlChunks(value)
}
