/** From the host of a target to an address: the proxy's DNS server, the cluster's, or one that is given. */
import { ipFamily } from '../common/addresses.ts'
import { CLUSTER_DOMAIN } from '../common/cluster-domain.ts'
import { once } from '../common/once.ts'
import type { DnsRecord } from '../dns/lookup-table.ts'
import { absolute } from '../dns/name-index.ts'
import { type SearchStep, searchSteps } from '../dns/search.ts'
import type { Origin } from '../envoy/explained.ts'
import type { KubeService } from '../kinds/index.ts'
import { describeResource } from '../kinds/resource.ts'
import type { Client } from './client.ts'
import { type Ending, type Lost, lateStep, type Step } from './step.ts'

/** Where a host leads. */
export interface Resolution {
  /** undefined for an address that is not known, or if there is an ending. */
  readonly address: string | undefined
  readonly step: Step | undefined
  readonly ending: Ending | undefined
  /** The name belongs to a service of the mesh. */
  readonly isService: boolean
}

const TYPES = { IPv4: ['A'], IPv6: ['AAAA'], Dual: ['A', 'AAAA'] } as const

interface Found {
  readonly step: SearchStep
  readonly records: readonly DnsRecord[]
}

/** The first name of the search list that the table has an address for. */
function foundInTable({ proxy, names }: Client, host: string): Found | undefined {
  for (const type of TYPES[proxy.ipMode]) {
    const step = searchSteps(host, type, proxy.search, names).at(-1)
    if (step?.answer.kind !== 'answer') continue
    const records = step.answer.records.filter((record) => record.type === type)
    if (records.length > 0) return { step, records }
  }
  return undefined
}

const byData = (a: DnsRecord, b: DnsRecord): number => (a.data < b.data ? -1 : a.data > b.data ? 1 : 0)

function originsOf({ explainer }: Client, record: DnsRecord): readonly Origin[] {
  return explainer.originsOf(record.record, record.data)
}

function answered(client: Client, host: string, { step, records }: Found, server: string): Resolution {
  const sorted = [...records].sort(byData)
  const [first] = sorted
  const address = first?.data ?? ''
  const others = sorted.length > 1 ? `, one of ${sorted.length}` : ''
  const expanded = step.name === absolute(host) ? '' : ` for ${step.name}`
  const explained = lateStep('dns', undefined, () => {
    const origins = first ? originsOf(client, first) : []
    const why = origins[0] ? `; ${origins[0].what}: ${origins[0].why}` : ''
    return { result: address + others, reason: `${server} answers${expanded}${why}`, origins }
  })
  return { address, step: explained, ending: undefined, isService: true }
}

const OWN_SERVER = "the proxy's DNS server"
const CLUSTER_SERVER = "DNS capture is off, and the cluster's DNS server"

/** The Service of a name that the cluster's own DNS server knows. */
function clusterService({ proxy, scope }: Client, host: string): KubeService | undefined {
  const { clusters } = scope.registry.snapshot
  const cluster = clusters.find(({ id }) => id === proxy.clusterId) ?? clusters[0]
  const suffix = `.svc.${CLUSTER_DOMAIN}.`
  const names = host.endsWith('.') ? [host] : [...proxy.search.map((domain) => `${host}.${domain}.`), `${host}.`]
  for (const full of names.filter((candidate) => candidate.endsWith(suffix))) {
    const [name, namespace, ...more] = full.slice(0, -suffix.length).split('.')
    if (more.length > 0) continue
    const found = cluster.services.find(({ meta }) => meta.name === name && meta.namespace === namespace)
    if (found) return found
  }
  return undefined
}

function clusterAnswer(client: Client, host: string, asked: string): Resolution | undefined {
  const service = clusterService(client, host.toLowerCase())
  const addresses = service?.spec.clusterIPs.filter((ip) => ipFamily(ip) !== 0) ?? []
  const [address] = addresses
  if (!service || address === undefined) return undefined
  const what = describeResource(service)
  const why = 'the cluster IP of the Service'
  const origins = [{ what, location: service.location.child('spec', 'clusterIP'), why }]
  const reason = `${asked}; the cluster's DNS server answers with the cluster IP of ${what}`
  return { address, step: { stage: 'dns', result: address, reason, origins }, ending: undefined, isService: true }
}

/** Names that no resolver outside of the cluster can know. */
function isInternal(host: string): boolean {
  const bare = host.replace(/\.$/, '').toLowerCase()
  return !bare.includes('.') || bare.endsWith(`.${CLUSTER_DOMAIN}`) || bare.endsWith('.svc')
}

interface Unanswered {
  /** Why the proxy does not answer. */
  readonly text: string
  readonly lost: readonly Lost[]
}

/** Compares with every name, so it is for texts that are printed. */
function nearestText({ explainer }: Client, host: string): string {
  const near = explainer.nearestNames(host).map((name) => name.replace(/\.$/, ''))
  return near.length > 0 ? `; nearest names: ${near.join(', ')}` : ''
}

function unanswered({ proxy, explainer, names }: Client, host: string): Unanswered {
  const type = proxy.ipMode === 'IPv6' ? 'AAAA' : 'A'
  const [first, ...more] = explainer.reasonsFor(host, type, names.lookup(host, type))
  const lost = (first?.what ? [first, ...more] : more).map(({ what = 'the name', text, location }) => ({
    what,
    why: text,
    location,
  }))
  return {
    text: first ? `${first.what ? `${first.what}: ` : ''}${first.text}` : 'the name is not in the table',
    lost,
  }
}

function givenAnswer(address: string, asked: string): Resolution {
  const step: Step = { stage: 'dns', result: address, reason: `${asked}; --resolve gives the address`, origins: [] }
  return { address, step, ending: undefined, isService: false }
}

function forwarded(client: Client, host: string): Resolution {
  const { text, lost } = unanswered(client, host)
  const asked = client.proxy.dnsCapture
    ? `forwarded to the resolvers of resolv.conf: ${text}`
    : `DNS capture is off, so the resolvers of resolv.conf are asked (${text})`
  const own = clusterAnswer(client, host, asked)
  if (own) return own
  const explanation = { origins: [], lost: lost.length > 0 ? lost : undefined }
  if (isInternal(host)) {
    const step: Step = { stage: 'dns', result: 'no address', reason: asked, ...explanation }
    const endingText = once(() => `${host} has no address: ${text}${nearestText(client, host)}`)
    const ending: Ending = {
      outcome: 'no-address',
      get text() {
        return endingText()
      },
    }
    return { address: undefined, step, ending, isService: false }
  }
  const step = lateStep('dns', undefined, () => {
    const reason = `${asked}; what follows holds for an address that no listener has, --resolve ${host}=ADDRESS gives another${nearestText(client, host)}`
    return { result: 'an address outside the mesh', reason, ...explanation }
  })
  return { address: undefined, step, ending: undefined, isService: false }
}

/**
 * The address that an application gets for a host.
 * @param host a name or an address
 * @param given addresses of names that the proxy does not answer itself, by name in lower case without a final dot
 */
export function resolveHost(client: Client, host: string, given: ReadonlyMap<string, string>): Resolution {
  if (ipFamily(host) !== 0) return { address: host, step: undefined, ending: undefined, isService: false }
  const found = foundInTable(client, host)
  if (found && client.proxy.dnsCapture) return answered(client, host, found, OWN_SERVER)
  // The cluster's DNS server knows Services, and nothing of ServiceEntries.
  const own = client.proxy.dnsCapture ? undefined : clusterAnswer(client, host, 'DNS capture is off')
  if (own) return own
  if (found?.records[0]?.record.registry === 'Kubernetes') return answered(client, host, found, CLUSTER_SERVER)
  const stated = given.get(host.toLowerCase().replace(/\.$/, ''))
  if (stated !== undefined) return givenAnswer(stated, 'the name is forwarded to the resolvers of resolv.conf')
  return forwarded(client, host)
}
