/** Compares values of JSON. */

// Loops, because most values that are compared are equal: whole meshes are walked here.

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (!sameData(a[index], b[index])) return false
  return true
}

type Fields = { readonly [key: string]: unknown }

function sameFields(a: Fields, b: Fields): boolean {
  let missing = 0
  for (const key in a) {
    if (a[key] === undefined) continue
    if (!Object.hasOwn(b, key) || !sameData(a[key], b[key])) return false
    missing++
  }
  for (const key in b) if (b[key] !== undefined) missing--
  return missing === 0
}

/** Whether two values of JSON are equal; the order of keys does not matter, and an undefined field is an absent one. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameList(a, b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  return sameFields(a as Fields, b as Fields)
}
