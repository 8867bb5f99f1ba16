/**
 * Misspelled fields of the Kubernetes kinds that decide most. Their schemas take any field, as only a few are read;
 * these are the names that exist (k8s.io/api core/v1, discovery/v1).
 */

import { nearest } from '../../common/nearest.ts'
import type { DecodeIssue } from '../../kinds/schema/index.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { isMapping, type RawObject } from './objects.ts'

/** Field names of a mapping; an entry with a value checks the mapping (or each item of the list) under that name. */
type KnownFields = ReadonlyMap<string, KnownFields | undefined>

function fields(names: string, nested: Readonly<Record<string, KnownFields>> = {}): KnownFields {
  return new Map([...names.split(' ').map((name) => [name, undefined] as const), ...Object.entries(nested)])
}

const SERVICE = fields('apiVersion kind metadata status', {
  spec: fields(
    'allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy ' +
      'healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP ' +
      'loadBalancerSourceRanges publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig ' +
      'trafficDistribution type',
    { ports: fields('appProtocol name nodePort port protocol targetPort') },
  ),
})

const ENDPOINT_SLICE = fields('addressType apiVersion kind metadata', {
  endpoints: fields('addresses deprecatedTopology hints hostname nodeName targetRef zone', {
    conditions: fields('ready serving terminating'),
  }),
  ports: fields('appProtocol name port protocol'),
})

const KNOWN: ReadonlyMap<string, KnownFields> = new Map([
  ['Service', SERVICE],
  ['EndpointSlice', ENDPOINT_SLICE],
])

const NOTHING: readonly DecodeIssue[] = Object.freeze([])

/** The fields of a Service or EndpointSlice that do not exist; other kinds are not looked at. */
export function unknownKubernetesFields(object: RawObject): readonly DecodeIssue[] {
  const known = KNOWN.get(object.kind)
  if (!known) return NOTHING
  const search: Search = { path: [], found: [] }
  check(search, object.value as JsonValue, known, object.kind)
  return search.found
}

interface Search {
  /** The way to the value that is being looked at. */
  readonly path: PathStep[]
  readonly found: DecodeIssue[]
}

function check(search: Search, value: JsonValue | undefined, names: KnownFields, owner: string): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      search.path.push(index)
      check(search, value[index], names, owner)
      search.path.pop()
    }
  } else if (isMapping(value)) {
    for (const key of Object.keys(value)) {
      search.path.push(key)
      checkField(search, key, value[key], names, owner)
      search.path.pop()
    }
  }
}

function checkField(search: Search, key: string, value: JsonValue | undefined, names: KnownFields, owner: string) {
  const nested = names.get(key)
  if (nested) check(search, value, nested, key)
  else if (!names.has(key)) {
    const close = nearest(key, names.keys())
    search.found.push({
      path: [...search.path],
      message: `${owner} has no field ${JSON.stringify(key.slice(0, 80))}`,
      hint: close ? `did you mean ${close}?` : `its fields are ${[...names.keys()].join(', ')}`,
    })
  }
}
