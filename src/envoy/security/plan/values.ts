/** The conditions for single values of AuthorizationPolicies (pilot/pkg/security/authz/model/generator.go). */
import { parseRange } from '../../../common/addresses.ts'
import { quoteMeta } from '../../../derivation/quote-meta.ts'
import { isPathTemplate } from '../../../kinds/validation/values/authorization.ts'
import { ANY_TEXT, type Condition, exact, prefix, regex, type TextMatch, textMatch } from './conditions.ts'

/** The condition for one value; undefined when the field cannot be used here. */
export type ValueCondition = (value: string) => Condition | undefined

const HOST = ':authority'
const METHOD = ':method'
const SPIFFE = 'spiffe://'

/** How a value becomes part of an expression: releases differ in whether special characters stand for themselves. */
export type Quote = (text: string) => string

export const asWritten: Quote = (text) => text

const principal = (match: TextMatch): Condition => ({ kind: 'principal', match })

/** A header with a value; a star alone asks for its presence. */
export function headerCondition(name: string, ignoreCase = false): ValueCondition {
  return (value) => ({ kind: 'header', name, match: value === '*' ? 'present' : textMatch(value), ignoreCase })
}

export const hostCondition: ValueCondition = headerCondition(HOST, true)
export const methodCondition: ValueCondition = headerCondition(METHOD)

export const pathCondition: ValueCondition = (value) =>
  isPathTemplate(value)
    ? { kind: 'path-template', template: value.replaceAll('{*}', '*').replaceAll('{**}', '**') }
    : { kind: 'path', match: textMatch(value) }

export const portCondition: ValueCondition = (value) => ({ kind: 'destination-port', port: Number(value) })

function addressCondition(kind: 'destination-ip' | 'direct-ip' | 'remote-ip'): ValueCondition {
  return (value) => {
    const range = parseRange(value)
    return range && { kind, range }
  }
}

export const destinationCondition = addressCondition('destination-ip')
export const directCondition = addressCondition('direct-ip')
export const remoteCondition = addressCondition('remote-ip')

export const serverNameCondition: ValueCondition = (value) => ({ kind: 'server-name', match: textMatch(value) })

/** SPIFFE identities without `spiffe://`. */
export const principalCondition =
  (quote: Quote): ValueCondition =>
  (value) => {
    if (value === '*') return principal(ANY_TEXT)
    if (value.startsWith('*')) return principal(regex(`${SPIFFE}.*${quote(value.slice(1))}`))
    return principal(value.endsWith('*') ? prefix(SPIFFE + value.slice(0, -1)) : exact(SPIFFE + value))
  }

export const namespaceCondition =
  (quote: Quote): ValueCondition =>
  (value) =>
    principal(regex(`.*/ns/${value.split('*').map(quote).join('.*')}/.*`))

/** @param namespace that of accounts without one: the policy's */
export function accountCondition(namespace: string, quote: Quote): ValueCondition {
  return (value) => {
    const slash = value.indexOf('/')
    const owner = slash < 0 ? namespace : value.slice(0, slash)
    const account = value.slice(slash + 1)
    return principal(regex(`${SPIFFE}.+/ns/${quote(owner)}/(.+/|)sa/${quote(account)}(/.+)?`))
  }
}

export const trustDomainCondition: ValueCondition = (value) => {
  if (value === '*') return principal(prefix(SPIFFE))
  const star = value.indexOf('*')
  if (star < 0) return principal(prefix(`${SPIFFE}${value}/`))
  const pattern = `${quoteMeta(value.slice(0, star))}[^/]*${quoteMeta(value.slice(star + 1))}`
  return principal(regex(`${SPIFFE}${pattern}/.*`))
}
