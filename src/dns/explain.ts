/** Explains the origin of an answer, and why a name has none. */

import { presentVips } from '../allocation/allocation.ts'
import { canonicalIp, coversAddress } from '../common/addresses.ts'
import { append } from '../common/collections.ts'
import { nearestAll } from '../common/nearest.ts'
import { describeResource } from '../kinds/resource.ts'
import type { Service } from '../registry/service.ts'
import { serviceLocation } from '../registry/service.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { ScopeContext } from '../scope/context.ts'
import { explainHost, type ServiceVerdict } from '../scope/explain.ts'
import { completeHost } from '../scope/names.ts'
import type { ProxyView } from '../scope/view.ts'
import type { Location } from '../sources/location.ts'
import { type AddressOrigin, AddressOrigins } from './address-origin.ts'
import { type AddressOwner, addressOwners } from './address-owners.ts'
import type { Answer, LookupTable } from './lookup-table.ts'
import { absolute } from './name-index.ts'
import type { NameRecord, NameTable } from './name-table.ts'
import { possibleHosts, wildcardsOver } from './possible-hosts.ts'

/** One reason why a name is forwarded or has no address. */
export interface Reason {
  readonly text: string
  /** The object that causes it. */
  readonly what?: string
  readonly location?: Location
  readonly orderAssumed?: boolean
}

/** At most this many objects are listed as reasons. */
const MOST_REASONS = 10
const MOST_NEAREST = 3

function withReason(service: Service, text: string): Reason {
  return { text, what: describeResource(service.source), location: serviceLocation(service) }
}

/** The distinct reasons of several hosts. */
function reasonsOf(hosts: Iterable<string>, index: ReadonlyMap<string, readonly Reason[]>): Reason[] {
  return [...new Set([...hosts].flatMap((host) => index.get(host) ?? []))].slice(0, MOST_REASONS)
}

export class NameExplainer {
  readonly #view: ProxyView
  readonly #context: ScopeContext
  readonly #lookup: LookupTable
  readonly #origins: AddressOrigins
  #routedHosts: ReadonlyMap<string, readonly Reason[]> | undefined
  #rejectedHosts: ReadonlyMap<string, readonly Reason[]> | undefined

  constructor(view: ProxyView, context: ScopeContext, lookup: LookupTable) {
    this.#view = view
    this.#context = context
    this.#lookup = lookup
    this.#origins = new AddressOrigins(view, context)
  }

  get #snapshot(): Snapshot {
    return this.#context.registry.snapshot
  }

  /** The origins of one address of a record, in record order. */
  originsOf(record: NameRecord, address: string): readonly AddressOrigin[] {
    const wanted = canonicalIp(address)
    const out: AddressOrigin[] = []
    for (const source of record.sources) {
      const ip = source.ips.find((candidate) => canonicalIp(candidate) === wanted)
      if (ip !== undefined) out.push(this.#origins.of(source, ip))
    }
    return out
  }

  /**
   * The hosts, pods and machines that have an address.
   * @param table the proxy's name table
   */
  ownersOf(address: string, table: NameTable): readonly AddressOwner[] {
    return addressOwners(address, table.values(), this.#origins, this.#context)
  }

  /** The prefix of automatic addresses that contains an address. */
  rangeOf(address: string): string | undefined {
    const { ranges } = this.#context.registry.allocation
    return ranges.find(({ prefix }) => coversAddress(prefix, address))?.prefix
  }

  /** The origin of each of a record's sources, for its first address. */
  sourcesOf(record: NameRecord): readonly AddressOrigin[] {
    return record.sources.flatMap((source) => {
      const [first] = source.ips
      return first === undefined ? [] : [this.#origins.of(source, first)]
    })
  }

  #automaticAddresses(service: Service): readonly string[] {
    const vips = this.#context.registry.vipsOf(service)
    return vips ? presentVips(vips) : []
  }

  /** Why a service that the proxy sees adds no address to its name. */
  #addressReason(service: Service): string {
    const { proxy, usesVips } = this.#view
    if (service.resolution === 'Alias') {
      return `ExternalName: the cluster's DNS answers with a CNAME to ${service.kubernetes?.externalName}`
    }
    if (service.registry === 'Kubernetes') {
      if (service.resolution !== 'Passthrough') return `no clusterIP of the proxy's address family (${proxy.ipMode})`
      if (service.ports.length === 0) return 'a headless Service without ports'
      return proxy.ipMode === 'IPv6'
        ? 'a headless Service: a proxy with IPv6 addresses only gets no record of it'
        : 'a headless Service without ready endpoints'
    }
    // An entry's own address is in the table whatever its family, so this one is not an IP.
    if (service.addressIndex >= 0) {
      return `its address ${service.defaultAddress} is a range, and a name cannot resolve to a range`
    }
    const automatic = this.#automaticAddresses(service)
    if (automatic.length === 0)
      return `it has no address: ${this.#origins.allocationOf(service)?.reason ?? 'none is assigned'}`
    if (usesVips)
      return `its automatic addresses ${automatic.join(', ')} are not of the proxy's family (${proxy.ipMode})`
    const lacking = proxy.dnsCapture ? 'DNS_AUTO_ALLOCATE' : 'DNS_CAPTURE'
    return `its automatic addresses ${automatic.join(', ')} are for proxies with ${lacking} only, which this one does not set`
  }

  #reasonOf(verdict: ServiceVerdict): Reason {
    const { service, rule, why, sidecar, orderAssumed } = verdict
    if (rule === 'used') return withReason(service, this.#addressReason(service))
    return { ...withReason(service, `not visible: ${why}${sidecar ? ` (${sidecar})` : ''}`), orderAssumed }
  }

  #serviceReasons(hosts: Iterable<string>): Reason[] {
    const out: Reason[] = []
    for (const host of hosts) {
      for (const verdict of explainHost(host, this.#view, this.#context)) {
        if (out.length < MOST_REASONS) out.push(this.#reasonOf(verdict))
      }
    }
    return out
  }

  /** VirtualServices route traffic but do not make names resolvable. */
  #virtualServiceReasons(hosts: Iterable<string>): Reason[] {
    this.#routedHosts ??= this.#indexRoutedHosts()
    return reasonsOf(hosts, this.#routedHosts)
  }

  #indexRoutedHosts(): ReadonlyMap<string, readonly Reason[]> {
    const out = new Map<string, Reason[]>()
    for (const virtualService of this.#snapshot.istio.virtualServices) {
      for (const [index, host] of virtualService.spec.hosts.entries()) {
        append(out, completeHost(host, virtualService.meta.namespace), {
          text: 'only a VirtualService has this host: it routes traffic but adds no address to the name',
          what: describeResource(virtualService),
          location: virtualService.location.child('spec', 'hosts', index),
        })
      }
    }
    return out
  }

  #rejectionReasons(hosts: Iterable<string>): Reason[] {
    this.#rejectedHosts ??= this.#indexRejectedHosts()
    return reasonsOf(hosts, this.#rejectedHosts)
  }

  #indexRejectedHosts(): ReadonlyMap<string, readonly Reason[]> {
    const out = new Map<string, Reason[]>()
    for (const { resource, errors } of this.#snapshot.verdicts) {
      const [error] = errors
      if (!error || resource.kind !== 'ServiceEntry') continue
      const text = `istiod rejects it: ${error.message}`
      const reason = { text, what: describeResource(resource), location: resource.location.child(...error.path) }
      const { hosts = [] } = (resource.spec ?? {}) as { readonly hosts?: readonly string[] }
      for (const host of new Set(hosts)) append(out, host, reason)
    }
    return out
  }

  /** The agent expands the first search domain only. */
  #searchReason(name: string): Reason | undefined {
    const [first, ...others] = this.#view.proxy.search
    const domain = others.find((candidate) => name.endsWith(`.${candidate}.`))
    if (domain === undefined) return undefined
    const cut = name.slice(0, -domain.length - 1)
    if (this.#lookup.lookup(cut, 'A').kind !== 'answer') return undefined
    return { text: `${cut} is in the table, but of the search domains only ${first} is expanded, not ${domain}` }
  }

  /** A name without a dot can only be a Service in the proxy's own namespace. */
  #shortNameReasons(name: string): Reason[] {
    const bare = name.slice(0, -1)
    if (bare.includes('.')) return []
    const { services } = this.#context.registry
    const named = services.filter((service) => service.registry === 'Kubernetes' && service.name === bare)
    return named
      .map((service) => ({ service, longer: `${bare}.${service.namespace}.` }))
      .filter(({ longer }) => this.#lookup.lookup(longer, 'A').kind === 'answer')
      .slice(0, MOST_REASONS)
      .map(({ service, longer }) =>
        withReason(service, `short names work only in the Service's own namespace; ${longer} is in the table`),
      )
  }

  #noAnswerReasons(name: string): Reason[] {
    const search = this.#searchReason(name)
    if (search) return [search]
    const hosts = possibleHosts(name, this.#view)
    const wildcards = new Set([...hosts].flatMap(wildcardsOver))
    const services = this.#serviceReasons([...hosts, ...wildcards])
    const reasons = [...services, ...this.#shortNameReasons(name), ...this.#rejectionReasons(hosts)]
    if (name.includes('..')) reasons.unshift({ text: 'the name has an empty label, which no DNS message can hold' })
    if (reasons.length === 0) reasons.push(...this.#virtualServiceReasons([...hosts, ...wildcards]))
    if (reasons.length === 0) reasons.push({ text: 'no Service and no ServiceEntry has this host' })
    return reasons
  }

  /** Objects that declare the host of an answer but did not contribute to it. */
  unusedOf(record: NameRecord): readonly Reason[] {
    const behind = new Set(record.sources.map(({ service }) => service.source))
    return explainHost(record.host, this.#view, this.#context)
      .filter(({ service }) => !behind.has(service.source))
      .slice(0, MOST_REASONS)
      .map((verdict) => {
        const shadowed = verdict.rule === 'used' && record.registry === 'Kubernetes'
        if (shadowed) return withReason(verdict.service, 'the Kubernetes Service of this host replaces it in the table')
        return this.#reasonOf(verdict)
      })
  }

  /** Names in the table that are similar to a given one, with their final dot. */
  nearestNames(name: string): readonly string[] {
    const asked = absolute(name).toLowerCase()
    const near = nearestAll(asked, this.#lookup.names(), MOST_NEAREST + 1)
    return near.filter((known) => known !== asked).slice(0, MOST_NEAREST)
  }

  /**
   * Why a question was forwarded, or answered without a record; at least one reason.
   * @param name as asked, with or without the final dot
   */
  reasonsFor(name: string, type: string, answer: Answer): readonly Reason[] {
    if (type !== 'A' && type !== 'AAAA') {
      return [{ text: `the table answers A and AAAA only, ${type} is always forwarded` }]
    }
    if (answer.kind === 'answer') {
      return [{ text: `the name is in the table and has no ${type === 'AAAA' ? 'IPv6' : 'IPv4'} address` }]
    }
    return this.#noAnswerReasons(absolute(name).toLowerCase())
  }
}
