/** Values of Envoy's configuration in protobuf's JSON form. */

export type Json = { readonly [key: string]: unknown }

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isNamed = (value: unknown): value is Json & { readonly name: string } =>
  isObject(value) && typeof value.name === 'string'

/** The same object with each of its values replaced. */
export const mapValues = (value: Json, change: (item: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)]))
