/** The trust domain of the mesh as used in identities, which cannot contain `@`. */
export type TrustDomain = string

export function trustDomainOf(text: string): TrustDomain {
  return text.replaceAll('@', '.')
}

/** `spiffe://TRUSTDOMAIN/ns/NAMESPACE/sa/ACCOUNT` (pkg/spiffe of the reference). */
export function spiffeUri(trustDomain: TrustDomain, namespace: string, account: string): string {
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${account}`
}
