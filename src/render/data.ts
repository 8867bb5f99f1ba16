/** Values as JSON or YAML. */
export type DataFormat = 'json' | 'yaml'

/** Text of a value in pieces; the writer of a format is read only when it is asked for. */
export async function formatData(format: DataFormat, value: unknown): Promise<Iterable<string>> {
  if (format === 'json') return (await import('./json.ts')).jsonChunks(value)
  return (await import('./yaml.ts')).yamlChunks(value)
}
