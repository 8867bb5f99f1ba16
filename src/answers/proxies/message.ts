/** The proxies of a mesh as data. */
import type { Evidence, ListedProxy } from '../../proxy/list.ts'
import { placeMessage } from '../place.ts'

/** The proxies that were asked for. */
export interface ProxiesAnswer {
  readonly proxies: readonly ListedProxy[]
  /** The mesh has proxies, whether or not one was asked for. */
  readonly some: boolean
  /** The mesh has more than one cluster. */
  readonly multicluster: boolean
}

/** How a proxy is known, in the words of the table and of the data. */
export const EVIDENCE: Readonly<Record<Evidence, string>> = {
  container: 'container',
  labels: 'injection labels',
  registered: 'registered',
  assumed: 'assumed',
}

/** The form of `-o json`. */
export function proxiesMessage({ proxies }: Pick<ProxiesAnswer, 'proxies'>): object {
  return {
    proxies: proxies.map(({ reference, clusterId, evidence, location, ...rest }) => ({
      proxy: reference,
      cluster: clusterId,
      ...rest,
      knownBy: EVIDENCE[evidence],
      location: placeMessage(location),
    })),
  }
}
