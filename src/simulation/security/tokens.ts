/** Whether a proxy accepts the token of a request (source/extensions/filters/http/jwt_authn). */

import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, type JsonMapping, textAt } from '../../sources/mapping.ts'
import type { HttpRequest } from '../connection.ts'
import type { SecurityConfig, TokenProvider } from './resources.ts'

/** The request with its checked claims, or why the proxy refuses the token. */
export interface TokenVerdict {
  readonly request: HttpRequest
  /** undefined when the request goes on. */
  readonly refusal: { readonly status: 401 | 403; readonly text: string } | undefined
  /** In words. */
  readonly text: string
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')

function isFor({ audiences = [] }: TokenProvider, token: JsonMapping): boolean {
  if (audiences.length === 0) return true
  const stated = fieldAt(token, 'aud')
  const own = Array.isArray(stated) ? stated.map(textOf) : [textOf(stated)]
  return audiences.some((audience) => own.includes(audience))
}

/** Claims that list words in one text become lists. */
function normalized(token: JsonMapping, { normalizePayloadInMetadata }: TokenProvider): JsonMapping {
  const names = new Set(normalizePayloadInMetadata?.spaceDelimitedClaims)
  return Object.fromEntries(
    Object.entries(token).map(([name, value]) => [
      name,
      names.has(name) && typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value,
    ]),
  )
}

/** Checks the token of a request; its signature and lifetime are taken as valid. */
export function checkToken({ providers = {} }: SecurityConfig, request: HttpRequest): TokenVerdict {
  const { token } = request
  if (!token) return { request, refusal: undefined, text: 'the request has no token, which the proxy lets pass' }
  const issuer = textAt(token, 'iss')
  const named = Object.values(providers).filter((provider) => (provider.issuer ?? issuer) === issuer)
  const accepted = named.find((provider) => isFor(provider, token))
  if (accepted) {
    const next = { ...request, claims: normalized(token, accepted), ...(!accepted.forward && { token: undefined }) }
    return { request: next, refusal: undefined, text: `the token of ${issuer || 'its issuer'} is accepted` }
  }
  const text =
    named.length > 0
      ? 'the token is for another audience'
      : `no RequestAuthentication of the workload accepts tokens of ${issuer === '' ? 'no issuer' : issuer}`
  return { request, refusal: { status: named.length > 0 ? 403 : 401, text }, text }
}
