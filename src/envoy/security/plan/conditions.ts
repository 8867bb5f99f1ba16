/** What rules of authorization ask for: conditions on connections and requests. */
import type { Prefix } from '../../../common/addresses.ts'

export interface TextMatch {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'regex'
  readonly text: string
}

/** A value in a filter's metadata: text, a list of which one item matches, or one of several. */
export type MetadataValue =
  | { readonly kind: 'text'; readonly match: TextMatch }
  | { readonly kind: 'list'; readonly item: MetadataValue }
  | { readonly kind: 'one-of'; readonly values: readonly MetadataValue[] }

export type Condition =
  | { readonly kind: 'any' }
  | { readonly kind: 'all' | 'one-of'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'header'
      readonly name: string
      readonly match: TextMatch | 'present'
      readonly ignoreCase: boolean
    }
  | { readonly kind: 'path'; readonly match: TextMatch }
  | { readonly kind: 'path-template'; readonly template: string }
  | { readonly kind: 'destination-port'; readonly port: number }
  | { readonly kind: 'destination-ip' | 'direct-ip' | 'remote-ip'; readonly range: Prefix }
  | { readonly kind: 'server-name' | 'principal'; readonly match: TextMatch }
  | {
      readonly kind: 'metadata'
      readonly filter: string
      readonly path: readonly string[]
      readonly value: MetadataValue
    }

/** A rule: one of `permissions` and one of `principals` must hold. */
export interface RulePlan {
  readonly permissions: readonly Condition[]
  readonly principals: readonly Condition[]
}

export const ANY: Condition = { kind: 'any' }

export const regex = (text: string): TextMatch => ({ kind: 'regex', text })
export const prefix = (text: string): TextMatch => ({ kind: 'prefix', text })
export const exact = (text: string): TextMatch => ({ kind: 'exact', text })
export const suffix = (text: string): TextMatch => ({ kind: 'suffix', text })

/** Matches any text but the empty one. */
export const ANY_TEXT: TextMatch = regex('.+')

/** A value with a star at its start or end (authz/matcher StringMatcher). */
export function textMatch(value: string): TextMatch {
  if (value === '*') return ANY_TEXT
  if (value.startsWith('*')) return suffix(value.slice(1))
  return value.endsWith('*') ? prefix(value.slice(0, -1)) : exact(value)
}
