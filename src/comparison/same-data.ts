/** Compares values of JSON. */

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => sameData(item, b[index]))
}

type Fields = { readonly [key: string]: unknown }

const countFields = (fields: Fields): number =>
  Object.keys(fields).reduce((count, key) => (fields[key] === undefined ? count : count + 1), 0)

function sameFields(a: Fields, b: Fields): boolean {
  if (countFields(a) !== countFields(b)) return false
  return Object.keys(a).every((key) => a[key] === undefined || (Object.hasOwn(b, key) && sameData(a[key], b[key])))
}

/** Whether two values of JSON are equal; the order of keys does not matter, and an undefined field is an absent one. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameList(a, b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  return sameFields(a as Fields, b as Fields)
}
