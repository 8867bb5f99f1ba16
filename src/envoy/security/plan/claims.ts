/** Conditions on the claims of tokens, and on other filters' metadata (pilot/pkg/security/authz/model). */
import {
  ANY_TEXT,
  type Condition,
  exact,
  type MetadataValue,
  prefix,
  suffix,
  type TextMatch,
  textMatch,
} from './conditions.ts'

/** The condition for all values of a field; undefined when the field cannot be used here. */
export type JointCondition = (values: readonly string[]) => Condition | undefined

const JWT_FILTER = 'envoy.filters.http.jwt_authn'
const PAYLOAD = 'payload'
const EXPERIMENTAL = 'experimental.'

const text = (match: TextMatch): MetadataValue => ({ kind: 'text', match })

function oneOf(values: readonly MetadataValue[]): MetadataValue {
  const [only] = values
  return only && values.length === 1 ? only : { kind: 'one-of', values }
}

const claim = (path: readonly string[], value: MetadataValue): Condition => ({
  kind: 'metadata',
  filter: JWT_FILTER,
  path: [PAYLOAD, ...path],
  value,
})

/** A claim whose value, or one of whose values, matches. */
export function claimCondition(path: readonly string[]): JointCondition {
  return (values) => {
    const value = oneOf(values.map((each) => text(textMatch(each))))
    return claim(path, { kind: 'one-of', values: [{ kind: 'list', item: value }, value] })
  }
}

/** The issuer and the subject that a request principal asks for; the last slash separates them. */
function issuerAndSubject(value: string): { issuer: TextMatch; subject: TextMatch } {
  const slash = value.lastIndexOf('/')
  const iss = slash < 0 ? value : value.slice(0, slash)
  const sub = slash < 0 ? '' : value.slice(slash + 1)
  if (value === '*') return { issuer: ANY_TEXT, subject: ANY_TEXT }
  if (value.startsWith('*')) {
    if (slash < 0) return { issuer: ANY_TEXT, subject: suffix(value.slice(1)) }
    return { issuer: iss === '*' ? ANY_TEXT : suffix(iss.slice(1)), subject: exact(sub) }
  }
  if (!value.endsWith('*')) return { issuer: exact(iss), subject: exact(sub) }
  if (slash < 0) return { issuer: prefix(value.slice(0, -1)), subject: ANY_TEXT }
  return { issuer: exact(iss), subject: sub === '*' ? ANY_TEXT : prefix(sub.slice(0, -1)) }
}

/** `ISSUER/SUBJECT` of a valid token. */
export const requestPrincipalCondition: JointCondition = (values) => {
  const conditions = values.map((value): Condition => {
    const { issuer, subject } = issuerAndSubject(value)
    return { kind: 'all', conditions: [claim(['iss'], text(issuer)), claim(['sub'], text(subject))] }
  })
  return conditions.length === 1 ? conditions[0] : { kind: 'one-of', conditions }
}

const CLAIM_PART = /\[([^[\]]*)\]/y

/** The names in `[a][b]`; if the brackets do not pair, all between the outermost ones is one name. */
export function bracketedNames(brackets: string): readonly string[] | undefined {
  const names: string[] = []
  CLAIM_PART.lastIndex = 0
  for (let end = 0; end < brackets.length; end = CLAIM_PART.lastIndex) {
    const part = CLAIM_PART.exec(brackets)
    if (!part) return brackets.startsWith('[') && brackets.endsWith(']') ? [brackets.slice(1, -1)] : undefined
    names.push(part[1] ?? '')
  }
  return names
}

/** @param key `experimental.envoy.filters.NAME[KEY]` */
export function metadataCondition(key: string): JointCondition {
  const inner = key.slice(EXPERIMENTAL.length).replace(/\]$/, '')
  const open = inner.indexOf('[')
  return (values) => {
    if (open < 0) return undefined
    const matches = values.map((value): MetadataValue => {
      const listed = value.startsWith('[') && value.endsWith(']')
      if (!listed) return text(textMatch(value))
      return { kind: 'list', item: text(textMatch(value.replace(/^[[\]]+|[[\]]+$/g, ''))) }
    })
    return { kind: 'metadata', filter: inner.slice(0, open), path: [inner.slice(open + 1)], value: oneOf(matches) }
  }
}
