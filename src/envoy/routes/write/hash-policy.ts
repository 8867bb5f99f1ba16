/** Writes how requests are bound to a host of their destination. */
import { compact, durationText } from '../../json.ts'
import type { ConsistentHash } from '../plan/route.ts'
import type { HashPolicy } from './resources.ts'

/** @returns undefined when the hash has no key, only a ring size */
export function hashPolicy(hash: ConsistentHash): HashPolicy | undefined {
  if (hash.httpHeaderName !== undefined) return { header: compact({ headerName: hash.httpHeaderName || undefined }) }
  if (hash.httpCookie) {
    const { name, path, ttl, attributes } = hash.httpCookie
    return {
      cookie: compact({
        name: name || undefined,
        ttl: durationText(ttl),
        path: path || undefined,
        attributes:
          attributes.length === 0
            ? undefined
            : attributes.map((attribute) =>
                compact({ name: attribute.name || undefined, value: attribute.value || undefined }),
              ),
      }),
    }
  }
  if (hash.useSourceIp !== undefined) return { connectionProperties: hash.useSourceIp ? { sourceIp: true } : {} }
  if (hash.httpQueryParameterName === undefined) return undefined
  return { queryParameter: compact({ name: hash.httpQueryParameterName || undefined }) }
}
