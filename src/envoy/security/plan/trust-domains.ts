/** Aliases of the mesh's trust domain (pilot/pkg/security/trustdomain/bundle.go). */
import { compareBytes } from '../../../common/bytes.ts'
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'

const LOCAL = 'cluster.local'
/** TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT */
const PARTS = 5

/** The mesh's trust domain, then its aliases. */
export type TrustDomains = readonly string[]

export function trustDomainsOf({ trustDomain, trustDomainAliases }: MeshConfig): TrustDomains {
  return [trustDomain, ...[...trustDomainAliases].sort(compareBytes)]
}

/** `*x` ends with x, `x*` begins with it; one may be the pattern for the other. */
const endsAs = (name: string, pattern: string): boolean => pattern.startsWith('*') && name.endsWith(pattern.slice(1))
const startsAs = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))

const isSame = (domain: string, known: string): boolean =>
  domain === known ||
  known === '*' ||
  endsAs(domain, known) ||
  endsAs(known, domain) ||
  startsAs(domain, known) ||
  startsAs(known, domain)

function ofAllDomains(principal: string, domains: TrustDomains): readonly string[] {
  const parts = principal.split('/')
  const [domain = ''] = parts
  if (parts.length !== PARTS || domain === '*') return [principal]
  if (domain !== LOCAL && !domains.some((known) => isSame(domain, known))) return [principal]
  const identity = principal.slice(domain.length)
  return [...new Set(domains.map((known) => (endsAs(known, domain) ? principal : known + identity)))]
}

/** Principals of the mesh's trust domain or one of its aliases, in all of them. */
export const withAliases = (principals: readonly string[], domains: TrustDomains): readonly string[] =>
  principals.flatMap((principal) => ofAllDomains(principal, domains))

/** The mesh's trust domain or one of its aliases stands for all of them. */
export const expandedDomains = (values: readonly string[], domains: TrustDomains): readonly string[] => [
  ...new Set(values.flatMap((value) => (domains.includes(value) ? domains : [value]))),
]
