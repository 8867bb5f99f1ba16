/** Where a cluster's endpoints come from and how connections are spread over them, in words. */
import type { JsonValue } from '../../../sources/document.ts'
import { type Aspect, type Fields, fieldOf, fieldsOf, pathPhrases } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import { nowWords } from './limits.ts'

/** Completes "connections go to". */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['EDS', 'its known endpoints'],
  ['STRICT_DNS', 'all addresses that DNS gives'],
  ['LOGICAL_DNS', 'one address at a time that DNS gives'],
  ['ORIGINAL_DST', 'the address that the client chose'],
  ['STATIC', 'a fixed address'],
])

const FORWARDING = 'the requested name, which the proxy resolves'

function typeText(cluster: Fields): string {
  const type = fieldOf(cluster, 'type')
  if (fieldOf(cluster, 'clusterType') !== undefined) return FORWARDING
  return typeof type === 'string' ? (TYPES.get(type) ?? type) : 'a fixed address'
}

const changed = (before: string, after: string, rest: string): Phrase => ({
  kind: 'cluster-change',
  lead: '',
  rest,
  before,
  after,
})

/** Fields that follow from the type. */
const OF_TYPE = [
  'type',
  'clusterType',
  'edsClusterConfig',
  'dnsRefreshRate',
  'respectDnsTtl',
  'dnsLookupFamily',
  'dnsJitter',
  'typedDnsResolverConfig',
  'cleanupInterval',
]

const FAMILIES: ReadonlyMap<JsonValue | undefined, string> = new Map<JsonValue | undefined, string>([
  ['V4_ONLY', 'IPv4'],
  ['V6_ONLY', 'IPv6'],
  ['V4_PREFERRED', 'IPv4, otherwise IPv6'],
  ['ALL', 'IPv4 and IPv6'],
])

function dnsPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [fieldOf(before, 'dnsLookupFamily'), fieldOf(after, 'dnsLookupFamily')]
  const familyText = (value: JsonValue | undefined): string => FAMILIES.get(value) ?? String(value ?? 'default')
  const family =
    was === is
      ? []
      : [changed(familyText(was), familyText(is), `: DNS is asked for ${familyText(is)} (before: ${familyText(was)})`)]
  const rate = ['dnsRefreshRate']
  const refresh =
    fieldOf(before, 'dnsRefreshRate') === fieldOf(after, 'dnsRefreshRate')
      ? []
      : [
          {
            kind: 'cluster-change' as const,
            lead: '',
            rest: `: ${nowWords('DNS is asked again after')(fieldOf(before, 'dnsRefreshRate'), fieldOf(after, 'dnsRefreshRate'))}`,
          },
        ]
  const others = OF_TYPE.filter((name) => name !== 'dnsLookupFamily' && !rate.includes(name))
  return [
    ...family,
    ...refresh,
    ...pathPhrases('cluster-change', fieldsOf(before, others), fieldsOf(after, others), []),
  ]
}

export const DISCOVERY: Aspect = {
  fields: OF_TYPE,
  describe: (before, after) => {
    const [was, is] = [typeText(before), typeText(after)]
    return was === is ? dnsPhrases(before, after) : [changed(was, is, `: connections go to ${is} (before: ${was})`)]
  },
}

const CHOSEN_BY_TYPE = 'CLUSTER_PROVIDED'
const ROUND_ROBIN = 'ROUND_ROBIN'

const policyOf = (cluster: Fields): string => String(fieldOf(cluster, 'lbPolicy') ?? ROUND_ROBIN)

const LB_CONFIGS = [
  'leastRequestLbConfig',
  'roundRobinLbConfig',
  'ringHashLbConfig',
  'maglevLbConfig',
  'originalDstLbConfig',
]

function balancingPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [policyOf(before), policyOf(after)]
  if (was === is) return pathPhrases('cluster-change', fieldsOf(before, LB_CONFIGS), fieldsOf(after, LB_CONFIGS), [])
  // The type has been named already.
  const isByType = was === CHOSEN_BY_TYPE || is === CHOSEN_BY_TYPE
  if (isByType && typeText(before) !== typeText(after)) return []
  return [changed(was, is, `: load balancing ${is} (before: ${was})`)]
}

export const BALANCING: Aspect = { fields: ['lbPolicy', ...LB_CONFIGS], describe: balancingPhrases }
