/** Reads Envoy's answer to `GET /clusters`, as text or as JSON: the hosts of clusters, and how they are. */
import type { JsonValue } from '../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping, listAt, textAt } from '../sources/mapping.ts'
import { addressText } from './assignment.ts'
import { canonical } from './canonical.ts'
import { DumpError } from './error.ts'
import type { HeldResource, HostState, ProxyState } from './state.ts'

const HINT = 'take it with: pilot-agent request GET clusters'

/** A host as both forms tell it. */
interface Host {
  readonly address: string
  readonly flags: readonly string[]
  readonly weight: number
  readonly priority: number
  readonly locality: JsonMapping
}

type Hosts = Map<string, Map<string, Host>>

/** Flags by which Envoy itself finds that a host is not healthy begin so, in both forms. */
const OWN_FINDINGS = ['failed_outlier', 'failed_active', 'active_hc_timeout', 'excluded_via']
const FROM_EDS = 'failed_eds_health'

const isOwn = (flag: string): boolean => OWN_FINDINGS.some((start) => flag.startsWith(start))

const numberOf = (text: string | undefined, otherwise: number): number => {
  const value = Number(text)
  return text === undefined || text === '' || !Number.isFinite(value) ? otherwise : value
}

function localityOf(region = '', zone = '', subZone = ''): JsonMapping {
  const parts = { region, zone, subZone }
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''))
}

const SEPARATOR = '::'

/** `CLUSTER::ADDRESS::KEY::VALUE`; names of clusters may have the separator, addresses of IPv6 are in brackets. */
function splitLine(line: string): { cluster: string; address: string; key: string; value: string } | undefined {
  const last = line.lastIndexOf(SEPARATOR)
  const before = line.lastIndexOf(SEPARATOR, last - 1)
  if (last < 0 || before < 0) return undefined
  const subject = line.slice(0, before)
  const end = subject.lastIndexOf(SEPARATOR)
  // `[2001:db8::1]:80` has the separator in its brackets.
  const bracket = subject.lastIndexOf('::[')
  const at = bracket >= 0 && subject.includes(']', bracket) ? bracket : end
  const value = line.slice(last + SEPARATOR.length)
  const key = line.slice(before + SEPARATOR.length, last)
  if (at < 0) return { cluster: subject, address: '', key, value }
  return { cluster: subject.slice(0, at), address: subject.slice(at + SEPARATOR.length), key, value }
}

const NOT_ADDRESSES: ReadonlySet<string> = new Set(['default_priority', 'high_priority', 'outlier', ''])

function hostsOfText(text: string): Hosts | undefined {
  const fields = new Map<string, Map<string, Map<string, string>>>()
  let isKnown = false
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const parts = splitLine(line.trimEnd())
    if (!parts) return undefined
    const { cluster, address, key, value } = parts
    isKnown ||= key === 'added_via_api' || key === 'observability_name'
    if (NOT_ADDRESSES.has(address)) continue
    const hosts = fields.get(cluster) ?? new Map<string, Map<string, string>>()
    const host = hosts.get(address) ?? new Map<string, string>()
    fields.set(cluster, hosts.set(address, host.set(key, value)))
  }
  if (!isKnown) return undefined
  const hostOf = (address: string, host: ReadonlyMap<string, string>): Host => ({
    address,
    flags: (host.get('health_flags') ?? '').split('/'),
    weight: numberOf(host.get('weight'), 1),
    priority: numberOf(host.get('priority'), 0),
    locality: localityOf(host.get('region'), host.get('zone'), host.get('sub_zone')),
  })
  return new Map(
    [...fields].map(([name, hosts]) => [
      name,
      new Map([...hosts].map(([address, host]) => [address, hostOf(address, host)])),
    ]),
  )
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function flagsOf(status: JsonValue | undefined): readonly string[] {
  const flags = isMapping(status) ? Object.keys(status).filter((key) => status[key] === true) : []
  const eds = textAt(status, 'edsHealthStatus')
  return [...flags.map(snakeCase), ...(eds === 'UNHEALTHY' ? [FROM_EDS] : [])]
}

function hostOfStatus(status: JsonValue): Host {
  const address = fieldAt(status, 'address')
  const locality = fieldAt(status, 'locality')
  return {
    address: addressText(address) ?? JSON.stringify(address ?? null),
    flags: flagsOf(fieldAt(status, 'healthStatus')),
    weight: Number(fieldAt(status, 'weight') ?? 1),
    priority: Number(fieldAt(status, 'priority') ?? 0),
    locality: localityOf(textAt(locality, 'region'), textAt(locality, 'zone'), textAt(locality, 'subZone')),
  }
}

function hostsOfJson(answer: JsonValue): Hosts | undefined {
  const clusters = fieldAt(canonical(answer), 'clusterStatuses')
  if (!Array.isArray(clusters)) return undefined
  return new Map(
    clusters.map((cluster) => {
      const hosts = listAt(cluster, 'hostStatuses').map(hostOfStatus)
      return [textAt(cluster, 'name'), new Map(hosts.map((host) => [host.address, host]))]
    }),
  )
}

/** The socket address of `10.0.0.1:80` or `[2001:db8::1]:80`; a pipe otherwise. */
function addressOf(text: string): JsonValue {
  const colon = text.lastIndexOf(':')
  const port = Number(text.slice(colon + 1))
  if (colon < 0 || !Number.isInteger(port)) return { pipe: { path: text } }
  const host = text.slice(0, colon)
  return { socketAddress: { address: host.startsWith('[') ? host.slice(1, -1) : host, portValue: port } }
}

/** Endpoints as far as /clusters tells them. */
function assignmentOf(name: string, hosts: Iterable<Host>): HeldResource {
  const endpoints = [...hosts].map(({ address, flags, weight, priority, locality }): JsonValue => {
    const healthStatus = flags.includes(FROM_EDS) ? 'UNHEALTHY' : 'HEALTHY'
    const host = { endpoint: { address: addressOf(address) }, healthStatus, loadBalancingWeight: weight }
    return { priority, locality: locality as JsonValue, lbEndpoints: [host] }
  })
  const active = { clusterName: name, endpoints }
  return { name, active, warming: undefined, isStatic: false, updated: '' }
}

/**
 * The state of a proxy with the hosts that Envoy lists. They tell why an endpoint is unhealthy, and which endpoints there
 * are if the dump was made without them.
 * @param answer Envoy's text, or its JSON
 * @throws DumpError if it is something else
 */
export function withHosts(state: ProxyState, answer: JsonValue): ProxyState {
  const hosts = typeof answer === 'string' ? hostsOfText(answer) : hostsOfJson(answer)
  if (!hosts) throw new DumpError("this is not Envoy's list of clusters", HINT)
  const states = new Map<string, ReadonlyMap<string, HostState>>(
    [...hosts].map(([cluster, own]) => [
      cluster,
      new Map(
        [...own].map(([address, { flags }]) => [
          address,
          { ejectedFor: flags.includes(FROM_EDS) ? [] : flags.filter(isOwn) },
        ]),
      ),
    ]),
  )
  if (state.resources.has('eds')) return { ...state, hosts: states }
  const assignments = new Map([...hosts].map(([name, own]) => [name, assignmentOf(name, own.values())]))
  return { ...state, hosts: states, resources: new Map([...state.resources, ['eds', assignments]]), hostsOnly: true }
}
