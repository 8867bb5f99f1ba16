/** JSON Web Key Sets (RFC 7517), as github.com/lestrrat-go/jwx reads them for the reference's admission check. */
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, isMapping } from '../../../sources/mapping.ts'

/** The fields that a key of each type must have. */
const REQUIRED: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
  ['oct', ['k']],
])

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

interface KeySet {
  readonly problem: string | undefined
  /** The places of keys that are private or symmetric. */
  readonly secret: readonly number[]
}

function keyProblem(key: JsonValue): string | undefined {
  if (!isMapping(key)) return 'a key is not a JSON object'
  const type = fieldAt(key, 'kty')
  const required = typeof type === 'string' ? REQUIRED.get(type) : undefined
  if (!required) return `a key has the type ${JSON.stringify(type ?? '')} instead of RSA, EC, OKP or oct`
  const missing = required.find((field) => {
    const value = fieldAt(key, field)
    return typeof value !== 'string' || value === '' || (field !== 'crv' && !BASE64.test(value))
  })
  return missing === undefined ? undefined : `a key of type ${String(type)} lacks a valid ${missing}`
}

const isSecret = (key: JsonValue): boolean => fieldAt(key, 'kty') === 'oct' || fieldAt(key, 'd') !== undefined

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** Reads a key set, or a single key. */
export function readKeySet(text: string): KeySet {
  const value = parsed(text)
  if (!isMapping(value)) return { problem: 'the text is not a JSON object', secret: [] }
  const listed = Object.hasOwn(value, 'keys') ? (value.keys ?? []) : [value]
  if (!Array.isArray(listed)) return { problem: 'keys is not a list', secret: [] }
  const problem = listed.map(keyProblem).find((each) => each !== undefined)
  if (problem !== undefined) return { problem, secret: [] }
  return { problem, secret: [...listed.keys()].filter((index) => isSecret(listed[index] as JsonValue)) }
}
