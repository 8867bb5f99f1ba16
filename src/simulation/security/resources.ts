/** Filters that check connections and requests, in protobuf's JSON form as `dump` prints them. */
import type { HeaderMatch, MetadataMatch, PrefixRange, StringMatch } from '../resources.ts'

/** A permission or a principal; exactly one field is set. */
export interface RbacCondition {
  readonly any?: boolean
  readonly andRules?: { readonly rules?: readonly RbacCondition[] }
  readonly orRules?: { readonly rules?: readonly RbacCondition[] }
  readonly notRule?: RbacCondition
  readonly andIds?: { readonly ids?: readonly RbacCondition[] }
  readonly orIds?: { readonly ids?: readonly RbacCondition[] }
  readonly notId?: RbacCondition
  readonly header?: HeaderMatch
  readonly urlPath?: { readonly path?: StringMatch }
  readonly uriTemplate?: { readonly typedConfig?: { readonly pathTemplate?: string } }
  readonly destinationPort?: number
  readonly destinationIp?: PrefixRange
  readonly directRemoteIp?: PrefixRange
  readonly remoteIp?: PrefixRange
  readonly requestedServerName?: StringMatch
  readonly authenticated?: { readonly principalName?: StringMatch }
  readonly metadata?: MetadataMatch
}

export interface RbacRules {
  readonly action?: 'ALLOW' | 'DENY' | 'LOG'
  readonly policies?: Readonly<
    Record<string, { readonly permissions?: readonly RbacCondition[]; readonly principals?: readonly RbacCondition[] }>
  >
}

export interface TokenProvider {
  readonly issuer?: string
  readonly audiences?: readonly string[]
  readonly forward?: boolean
  readonly normalizePayloadInMetadata?: { readonly spaceDelimitedClaims?: readonly string[] }
}

/** The settings of any of these filters. */
export interface SecurityConfig {
  readonly rules?: RbacRules
  readonly shadowRules?: RbacRules
  readonly providers?: Readonly<Record<string, TokenProvider>>
  /** When a filter that asks a service does so: if the shadow rule that holds has this name. */
  readonly filterEnabledMetadata?: MetadataMatch
}
