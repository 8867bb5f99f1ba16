/**
 * Endpoints in the form in which Envoy dumps them. It does not keep the message of EDS, but writes one from the hosts that
 * it made of it (source/server/admin/config_dump_handler.cc): weights and health are written out, and hosts are grouped by
 * priority and locality.
 */
import { groupBy } from '../common/collections.ts'
import { joinHostPort } from '../common/names.ts'
import type { JsonValue } from '../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping, listAt, valueAt } from '../sources/mapping.ts'

/** An address of Envoy as `10.0.0.1:80`, or the path of a pipe; undefined for other addresses. */
export function addressText(address: JsonValue | undefined): string | undefined {
  const socket = fieldAt(address, 'socketAddress')
  if (socket !== undefined) {
    return joinHostPort(String(fieldAt(socket, 'address') ?? ''), Number(fieldAt(socket, 'portValue') ?? 0))
  }
  const pipe = valueAt(address, ['pipe', 'path'])
  return typeof pipe === 'string' ? pipe : undefined
}

/** The address of an endpoint of an assignment, as `addressText` writes it. */
export const hostAddress = (host: JsonValue): string | undefined => addressText(valueAt(host, ['endpoint', 'address']))

const DEFAULT_OVERPROVISIONING = 140

/** The fields that have a value: without absent ones and empty messages. */
function present(fields: { readonly [field: string]: JsonValue | undefined }): { [field: string]: JsonValue } {
  const out: [string, JsonValue][] = []
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || value === null || (isMapping(value) && Object.keys(value).length === 0)) continue
    out.push([field, value])
  }
  return Object.fromEntries(out)
}

function hostOf(item: JsonValue): JsonValue {
  const endpoint = fieldAt(item, 'endpoint')
  const health = fieldAt(item, 'healthStatus')
  return present({
    ...(isMapping(item) ? item : {}),
    endpoint: present(isMapping(endpoint) ? endpoint : {}),
    // A host that EDS knows nothing about is healthy.
    healthStatus: health === undefined || health === 'UNKNOWN' ? 'HEALTHY' : health,
    loadBalancingWeight: fieldAt(item, 'loadBalancingWeight') || 1,
    metadata: metadataOf(fieldAt(item, 'metadata')),
  })
}

function metadataOf(metadata: JsonValue | undefined): JsonValue | undefined {
  return isMapping(metadata) ? present(metadata) : undefined
}

const addressKey = (host: JsonValue): string => JSON.stringify(fieldAt(fieldAt(host, 'endpoint'), 'address') ?? null)

/** Envoy takes the first of several hosts with one address. */
function distinct(hosts: readonly JsonValue[], seen: Set<string>): JsonValue[] {
  return hosts.filter((host) => {
    const key = addressKey(host)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const priorityOf = (group: JsonValue): number => Number(fieldAt(group, 'priority') ?? 0)

function localityOf(group: JsonValue): readonly string[] {
  const locality = fieldAt(group, 'locality')
  return ['region', 'zone', 'subZone'].map((part) => String(fieldAt(locality, part) ?? ''))
}

function groupOf(groups: readonly [JsonValue, ...JsonValue[]], seen: Set<string>): JsonValue {
  const [first] = groups
  const locality = fieldAt(first, 'locality')
  return {
    ...present({
      priority: priorityOf(first) || undefined,
      locality: isMapping(locality) ? present(locality) : undefined,
      loadBalancingWeight: fieldAt(first, 'loadBalancingWeight') || undefined,
      metadata: metadataOf(fieldAt(first, 'metadata')),
    }),
    lbEndpoints: distinct(
      groups.flatMap((group) => listAt(group, 'lbEndpoints').map(hostOf)),
      seen,
    ),
  }
}

function policyOf(policy: JsonValue | undefined): JsonMapping {
  const fields = isMapping(policy) ? policy : {}
  const factor = fieldAt(fields, 'overprovisioningFactor')
  return present({ ...fields, overprovisioningFactor: factor === DEFAULT_OVERPROVISIONING ? undefined : factor })
}

/**
 * A load assignment in one form, whether istiod sent it or Envoy dumped it.
 * @param assignment with the field names of protobuf's JSON
 */
export function assignmentForm(assignment: JsonValue): JsonMapping {
  const seen = new Map<number, Set<string>>()
  const groups = groupBy(
    listAt(assignment, 'endpoints').filter((group) => listAt(group, 'lbEndpoints').length > 0),
    (group) => JSON.stringify([priorityOf(group), ...localityOf(group)]),
  )
  const endpoints = [...groups.values()].map((group) => {
    const priority = priorityOf(group[0])
    const own = seen.get(priority) ?? new Set()
    seen.set(priority, own)
    return groupOf(group, own)
  })
  const clusterName = fieldAt(assignment, 'clusterName')
  const policy = policyOf(fieldAt(assignment, 'policy')) as JsonValue
  return present({ clusterName, policy, endpoints: endpoints.length > 0 ? endpoints : undefined })
}

/** What /clusters tells about endpoints: neither metadata nor names of hosts, nor weights of localities. */
export function hostsForm(assignment: JsonValue): JsonMapping {
  const { clusterName, endpoints } = assignmentForm(assignment)
  const groups = (Array.isArray(endpoints) ? endpoints : []).map((group): JsonValue => {
    const { loadBalancingWeight: _, metadata: __, lbEndpoints, ...rest } = group as JsonMapping
    const hosts = (lbEndpoints as readonly JsonMapping[]).map(({ metadata: ___, endpoint, ...host }): JsonValue => {
      return { ...host, endpoint: present({ address: fieldAt(endpoint, 'address') }) }
    })
    return { ...rest, lbEndpoints: hosts }
  })
  return present({ clusterName, endpoints: groups.length > 0 ? groups : undefined })
}

/**
 * An assignment in which endpoints are healthy again that Envoy itself has taken out.
 * @param isEjected by the address of an endpoint
 */
export function withoutEjections(assignment: JsonMapping, isEjected: (address: string) => boolean): JsonMapping {
  const groups = listAt(assignment, 'endpoints').map((group): JsonValue => {
    const hosts = listAt(group, 'lbEndpoints').map((host): JsonValue => {
      const { healthStatus, ...rest } = host as JsonMapping
      const isOut = healthStatus === 'UNHEALTHY' && isEjected(hostAddress(host) ?? '')
      return isOut ? { ...rest } : host
    })
    return { ...(group as JsonMapping), lbEndpoints: hosts }
  })
  return { ...assignment, endpoints: groups }
}
