/** The status of proxies as data. */
import { type ConnectedProxy, syncOf } from '../../verification/sync/index.ts'

/** The requested proxies. */
export interface ProxyStatusAnswer {
  readonly proxies: readonly ConnectedProxy[]
  /** Whether there are any proxies, requested or not. */
  readonly some: boolean
  /** When istiod was asked, in milliseconds since 1970; undefined for a saved answer, which does not tell. */
  readonly asked: number | undefined
}

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

function proxyMessage(proxy: ConnectedProxy): object {
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
  }
}

/** The value of `-o json`. */
export const proxyStatusMessage = ({ proxies }: Pick<ProxyStatusAnswer, 'proxies'>): object => ({
  proxies: proxies.map(proxyMessage),
})
