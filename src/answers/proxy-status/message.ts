/** The status of proxies as data. */
import { findingsOf, isVerified, type Verified } from '../../verification/index.ts'
import { type ConnectedProxy, syncOf } from '../../verification/sync/index.ts'

/** The requested proxies. */
export interface ProxyStatusAnswer {
  readonly proxies: readonly ConnectedProxy[]
  /** Whether there are any proxies, requested or not. */
  readonly some: boolean
  /** When istiod was asked, in milliseconds since 1970; undefined for a saved answer, which does not tell. */
  readonly asked: number | undefined
  /** The comparison of each proxy by its name; undefined if none was asked for. */
  readonly computed?: ReadonlyMap<string, Verified> | undefined
}

/** How many resources of a proxy are not as computed; undefined if it could not be compared. */
export const differencesOf = (verified: Verified | undefined): number | undefined =>
  verified && isVerified(verified) ? findingsOf(verified).length : undefined

/** The types that always have a column, in istioctl's order, with those that have one if a proxy asks for them. */
const ORDER = ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS', 'SDS', 'PCDS', 'NDS', 'WADS', 'WDS'] as const
const ALWAYS: ReadonlySet<string> = new Set(['CDS', 'LDS', 'EDS', 'RDS', 'NDS'])

/** The types to show of proxies. */
export function shownTypes(proxies: readonly ConnectedProxy[]): readonly string[] {
  const asked = new Set(proxies.flatMap(({ types }) => [...types.keys()]))
  const known = ORDER.filter((type) => ALWAYS.has(type) || asked.has(type))
  const others = [...asked].filter((type) => !(ORDER as readonly string[]).includes(type)).sort()
  return [...known, ...others]
}

function computedMessage(verified: Verified | undefined): object {
  const differences = differencesOf(verified)
  if (differences === undefined) return { result: verified ? 'error' : 'unknown' }
  return { result: differences === 0 ? 'equal' : 'different', differences }
}

function proxyMessage(proxy: ConnectedProxy, computed: ProxyStatusAnswer['computed']): object {
  const { name, clusterId, istiod, version, type } = proxy
  return {
    proxy: name,
    cluster: clusterId,
    ...(istiod !== '' && { istiod }),
    version,
    ...(type !== '' && { type }),
    status: Object.fromEntries(
      shownTypes([proxy]).map((key) => {
        const { state, sent, error } = syncOf(proxy, key)
        return [key, { state, ...(sent !== undefined && { sent }), ...(error !== '' && { error }) }]
      }),
    ),
    ...(computed && { computed: computedMessage(computed.get(name)) }),
  }
}

/** The value of `-o json`. */
export const proxyStatusMessage = ({ proxies, computed }: Pick<ProxyStatusAnswer, 'proxies' | 'computed'>): object => ({
  proxies: proxies.map((proxy) => proxyMessage(proxy, computed)),
})
