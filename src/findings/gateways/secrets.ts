/** Secrets that Gateways need, and whether the input has them. Only their names are read. */
import type { GatewayServer } from '../../envoy/gateways/index.ts'
import { isReadByName } from '../../kinds/kubernetes/secret.ts'
import { forEachObject } from '../../resources/intake/objects.ts'
import type { PathStep, SourceDocument } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { isMapping, type JsonMapping, valueAt } from '../../sources/mapping.ts'
import { serverLocation } from './conflicts.ts'

/** The Secrets of the clusters, by name. */
export interface Secrets {
  /** Whether the input has any Secrets of the cluster, so that a missing one can be reported. */
  any(clusterId: string): boolean
  /** A router can use Secrets of its own cluster and of the config cluster. */
  has(clusterId: string, namespace: string, name: string): boolean
  /** The input has Secrets of the namespace, which a router there finds. */
  anyIn(clusterId: string, namespace: string): boolean
  namespacesOf(clusterId: string, name: string): readonly string[]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Where objects of other kinds name the Secret that their operators make; the object's own name where they do not. */
const MADE_BY: ReadonlyMap<string, readonly PathStep[]> = new Map([
  ['Certificate', ['spec', 'secretName']],
  ['ExternalSecret', ['spec', 'target', 'name']],
  ['SealedSecret', ['spec', 'template', 'metadata', 'name']],
  ['VaultStaticSecret', ['spec', 'destination', 'name']],
  ['VaultDynamicSecret', ['spec', 'destination', 'name']],
  ['VaultPKISecret', ['spec', 'destination', 'name']],
  ['OnePasswordItem', []],
])

/** The name of the Secret that an object is or makes; '' for a Secret that was read by name, which tells nothing about others. */
function secretNameOf(apiVersion: string, kind: string, value: JsonMapping): string {
  const own = isMapping(value.metadata) ? textOf(value.metadata.name) : ''
  if (kind === 'Secret') return apiVersion === 'v1' && !isReadByName(value) ? own : ''
  const path = MADE_BY.get(kind)
  return path ? textOf(valueAt(value, path)) || own : ''
}

/**
 * Secrets, and those that operators make of other objects.
 * @param documents of all clusters
 * @param configClusterId the ID of the cluster whose documents state none
 */
export function secretsOf(
  documents: readonly SourceDocument[],
  configClusterId: string,
  defaultNamespace: string,
): Secrets {
  /** Namespaces by cluster and name. */
  const clusters = new Map<string, Map<string, Set<string>>>()
  const namespaces = new Map<string, Set<string>>()
  forEachObject(documents, [], ({ apiVersion, kind, value, location }) => {
    const name = secretNameOf(apiVersion, kind, value)
    if (name === '' || !isMapping(value.metadata)) return
    const id = location.document.cluster || configClusterId
    const names = clusters.get(id) ?? new Map<string, Set<string>>()
    clusters.set(id, names)
    const having = names.get(name) ?? new Set<string>()
    names.set(name, having)
    const namespace = textOf(value.metadata.namespace) || defaultNamespace
    having.add(namespace)
    namespaces.set(id, (namespaces.get(id) ?? new Set()).add(namespace))
  })
  const idsReadBy = (clusterId: string) => [...new Set([clusterId, configClusterId])]
  const readBy = (clusterId: string) => idsReadBy(clusterId).flatMap((id) => clusters.get(id) ?? [])
  return {
    any: (clusterId) => readBy(clusterId).length > 0,
    anyIn: (clusterId, namespace) => idsReadBy(clusterId).some((id) => namespaces.get(id)?.has(namespace) === true),
    has: (clusterId, namespace, name) => readBy(clusterId).some((names) => names.get(name)?.has(namespace) === true),
    namespacesOf: (clusterId, name) => [...new Set(readBy(clusterId).flatMap((names) => [...(names.get(name) ?? [])]))],
  }
}

/** A Secret that a server refers to. */
export interface Credential {
  /** undefined for the router's namespace. */
  readonly namespace: string | undefined
  readonly name: string
  readonly location: Location
}

const OWN_PREFIX = 'kubernetes://'
const GATEWAY_PREFIX = 'kubernetes-gateway://'
/** Other sources of certificates, which need no Secret. */
const OTHER_SCHEME = /^[a-z-]+:\/\//

/** The modes in which the gateway terminates TLS with its own certificates. */
const TERMINATING = new Set(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'])
const WITH_CLIENT_CERTIFICATES = new Set(['MUTUAL', 'OPTIONAL_MUTUAL'])

function credential(text: string, location: Location): Credential | undefined {
  if (text.startsWith(OWN_PREFIX)) return { namespace: undefined, name: text.slice(OWN_PREFIX.length), location }
  if (text.startsWith(GATEWAY_PREFIX)) {
    const [namespace = '', name = ''] = text.slice(GATEWAY_PREFIX.length).split('/')
    return name === '' ? { namespace: undefined, name: namespace, location } : { namespace, name, location }
  }
  if (text === '' || OTHER_SCHEME.test(text)) return undefined
  return { namespace: undefined, name: text, location }
}

/** The Secrets that a server refers to by name. */
export function credentialsOf(server: GatewayServer): readonly Credential[] {
  const { tls } = server.spec
  if (!tls || server.kind === 'http' || !TERMINATING.has(tls.mode)) return []
  const at = serverLocation(server).child('tls')
  const own =
    tls.credentialNames.length > 0
      ? tls.credentialNames.map((name, index) => credential(name, at.child('credentialNames', index)))
      : [credential(tls.credentialName, at.child('credentialName'))]
  const authority = WITH_CLIENT_CERTIFICATES.has(tls.mode)
    ? credential(tls.caCertCredentialName, at.child('caCertCredentialName'))
    : undefined
  return [...own, authority].filter((each) => each !== undefined)
}
