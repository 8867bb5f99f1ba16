/** Checks what other programs pass, because JavaScript does not. */
import { quoted, UserError } from '../common/errors.ts'
import { nearest } from '../common/nearest.ts'
import type { JsonValue } from '../sources/document.ts'

/**
 * @param what has the fields, in messages
 * @throws UserError for something that is not an object, and for a field that does not exist, which a slip would be
 */
export function checkFields(value: unknown, known: readonly string[], what: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(`${what}: the options must be an object`, `it may have ${known.join(', ')}`)
  }
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    const close = nearest(name, known)
    throw new UserError(`${what} has no option ${quoted(name)}`, close ? `did you mean ${close}?` : known.join(', '))
  }
}

/** @throws UserError for anything but a string or nothing */
export function textOf(value: unknown, where: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new UserError(`${where} must be a string`)
}

/** @throws UserError for anything but true, false or nothing */
export function flagOf(value: unknown, where: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw new UserError(`${where} must be true or false`)
}

/** @throws UserError for anything but a list of strings or nothing */
export function textsOf(value: unknown, where: string): readonly string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new UserError(`${where} must be a list of strings`)
}

/**
 * The pairs of an object that maps names to texts. A name may be `__proto__`.
 * @throws UserError for anything but such an object or nothing
 */
export function pairsOf(value: unknown, where: string): readonly (readonly [name: string, text: string])[] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(`${where} must be an object`)
  }
  return Object.entries(value).map(([name, text]) => {
    if (typeof text !== 'string') throw new UserError(`${where}: ${quoted(name)} must be a string`)
    return [name, text]
  })
}

/** @throws UserError for a value that JSON cannot have */
export function jsonOf(value: unknown, where: string): JsonValue {
  try {
    return JSON.parse(JSON.stringify(value)) as JsonValue
  } catch {
    throw new UserError(`${where} is not JSON`)
  }
}
