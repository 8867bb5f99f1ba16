import type { KnownFields } from '../define.ts'

/**
 * Names of fields.
 * @param names separated by spaces
 * @param nested fields whose own fields are checked too
 */
export function fields(names: string, nested: Readonly<Record<string, KnownFields>> = {}): KnownFields {
  return new Map([...names.split(' ').map((name) => [name, undefined] as const), ...Object.entries(nested)])
}
