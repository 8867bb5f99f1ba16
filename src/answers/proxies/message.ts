/** The proxies of a mesh as data. */
import type { Evidence, ListedProxy } from '../../proxy/list.ts'
import { placeMessage } from '../place.ts'
import type * as Shapes from '../shapes/proxies.ts'

/** The requested proxies. */
export interface ProxiesAnswer {
  readonly proxies: readonly ListedProxy[]
  /** Whether the mesh has any proxies, requested or not. */
  readonly some: boolean
  /** Whether the mesh has several clusters. */
  readonly multicluster: boolean
}

/** The evidence for a proxy, as printed. */
export const EVIDENCE: Readonly<Record<Evidence, Shapes.ListedProxy['knownBy']>> = {
  container: 'container',
  labels: 'injection labels',
  registered: 'registered',
  assumed: 'assumed',
}

/** The value of `-o json`. */
export function proxiesMessage({ proxies }: Pick<ProxiesAnswer, 'proxies'>): {
  readonly proxies: readonly Shapes.ListedProxy[]
} {
  return {
    proxies: proxies.map(({ reference, clusterId, evidence, location, ipsAssumed, ...rest }) => ({
      proxy: reference,
      cluster: clusterId,
      ...rest,
      ...(ipsAssumed && { ipsAssumed }),
      knownBy: EVIDENCE[evidence],
      location: placeMessage(location),
    })),
  }
}
