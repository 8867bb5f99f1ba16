/** Who the client of a trace is: its identity in the mesh, and the claims of its token. */
import { quoted, UserError } from '../../common/errors.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping, type JsonMapping } from '../../sources/mapping.ts'

const SPIFFE = 'spiffe://'
const IDENTITY = /^[^/\s]+\/ns\/[^/\s]+\/sa\/[^/\s]+$/
const FORM = 'the form is TRUSTDOMAIN/ns/NAMESPACE/sa/ACCOUNT, such as cluster.local/ns/shop/sa/web'

/** @throws UserError for text that is not an identity */
export function identityOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const identity = text.startsWith(SPIFFE) ? text.slice(SPIFFE.length) : text
  if (!IDENTITY.test(identity)) throw new UserError(`--principal: ${quoted(text)} is not an identity of the mesh`, FORM)
  return SPIFFE + identity
}

/**
 * @param text JSON
 * @param where it comes from: the flag, or the file that it names
 * @throws UserError for text that is not a JSON object
 */
export function claimsOf(text: string, where: string): JsonMapping {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch (error) {
    throw new UserError(`${where}: not JSON: ${(error as Error).message}`, 'claims are a JSON object: {"iss": "..."}')
  }
  if (!isMapping(value)) throw new UserError(`${where}: claims are a JSON object, such as {"iss": "https://..."}`)
  return value
}
