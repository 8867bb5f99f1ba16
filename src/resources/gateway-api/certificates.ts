/** Secrets and ConfigMaps that objects of the Gateway API refer to and that no repository holds. */
import type { BackendTlsPolicy, ConfigMap, KubernetesGateway, ListenerSet, Secret } from '../../kinds/index.ts'
import { CONFIG_MAP } from '../../kinds/kubernetes/config-map.ts'
import { SECRET } from '../../kinds/kubernetes/secret.ts'
import { Resource } from '../../kinds/resource.ts'
import { unwritten } from '../../kinds/stated.ts'
import type { Location } from '../../sources/location.ts'
import type { Features } from '../mesh/features.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { GatewayClasses } from './classes.ts'

interface Reference {
  readonly group: string
  readonly kind: string
  readonly name: string
  /** '' for that of the object that refers. */
  readonly namespace: string
  readonly location: Location
}

function* ofListeners({ spec, location }: KubernetesGateway | ListenerSet): Iterable<Reference> {
  for (const [index, { tls }] of spec.listeners.entries()) {
    for (const [number, reference] of (tls?.certificateRefs ?? []).entries()) {
      yield { ...reference, location: location.child('spec', 'listeners', index, 'tls', 'certificateRefs', number) }
    }
  }
}

function* ofGateway(gateway: KubernetesGateway): Iterable<Reference> {
  yield* ofListeners(gateway)
  const { spec, location } = gateway
  const at = location.child('spec')
  const frontend = spec.tls?.frontend
  for (const tls of [frontend?.default, ...(frontend?.perPort.map((each) => each.tls) ?? [])]) {
    for (const reference of tls?.validation?.caCertificateRefs ?? []) {
      yield { ...reference, location: at.child('tls', 'frontend') }
    }
  }
  const client = spec.tls?.backend?.clientCertificateRef
  if (client) yield { ...client, location: at.child('tls', 'backend', 'clientCertificateRef') }
  const parameters = spec.infrastructure?.parametersRef
  if (parameters) yield { ...parameters, namespace: '', location: at.child('infrastructure', 'parametersRef') }
}

function* ofPolicy({ spec, location }: BackendTlsPolicy): Iterable<Reference> {
  const [reference] = spec.validation.caCertificateRefs
  const at = location.child('spec', 'validation', 'caCertificateRefs', 0)
  if (reference) yield { ...reference, namespace: '', location: at }
}

const metaOf = ({ name, namespace }: Reference, from: Resource) => ({
  ...from.meta,
  name,
  namespace: namespace || from.meta.namespace,
  labels: new Map<string, string>(),
  annotations: new Map<string, string>(),
  ownerReferences: [],
})

function secretOf(reference: Reference, from: Resource): Secret {
  const { cluster } = from
  const meta = metaOf(reference, from)
  const parts = { kind: SECRET.kind, apiVersion: 'v1', meta, spec: SECRET.spec.zero, status: undefined, cluster }
  return new Resource({ ...parts, location: reference.location }, unwritten(SECRET))
}

function configMapOf(reference: Reference, from: Resource): ConfigMap {
  const { cluster } = from
  const meta = metaOf(reference, from)
  const parts = {
    kind: CONFIG_MAP.kind,
    apiVersion: 'v1',
    meta,
    spec: CONFIG_MAP.spec.zero,
    status: undefined,
    cluster,
  }
  return new Resource({ ...parts, location: reference.location }, unwritten(CONFIG_MAP))
}

/** What is assumed to be there. */
export interface AssumedCertificates {
  /** With certificates that istiod can use. */
  readonly secrets: readonly Secret[]
  readonly configMaps: readonly ConfigMap[]
}

/** What distinguishes Secrets and ConfigMaps of a cluster: `KIND NAMESPACE/NAME`. */
export const certificateKey = ({ kind, meta }: Pick<Resource, 'kind' | 'meta'>): string =>
  `${kind} ${meta.namespace}/${meta.name}`

/** Collects what is missing, each object once. */
class Missing {
  readonly secrets = new Map<string, Secret>()
  readonly configMaps = new Map<string, ConfigMap>()
  readonly #known: ReadonlySet<string>

  constructor({ secrets, configMaps }: ClusterObjects, answered: Iterable<string>) {
    this.#known = new Set([...[...secrets, ...configMaps].map(certificateKey), ...answered])
  }

  add(reference: Reference, from: Resource): void {
    const { group, kind, name, namespace } = reference
    const key = `${kind} ${namespace || from.meta.namespace}/${name}`
    if (group !== '' || name === '' || this.#known.has(key)) return
    if (kind === SECRET.kind && !this.secrets.has(key)) this.secrets.set(key, secretOf(reference, from))
    if (kind === CONFIG_MAP.kind && !this.configMaps.has(key)) this.configMaps.set(key, configMapOf(reference, from))
  }
}

/**
 * The Secrets and ConfigMaps of a cluster that objects refer to and that it does not have. Gateways of other
 * controllers are left out.
 * @param isAsked whether to assume what an object refers to
 * @param answered keys of those that a live cluster was asked for: what it does not have is really missing
 */
export function missingCertificates(
  cluster: ClusterObjects,
  features: Features,
  isAsked: (resource: Resource) => boolean,
  answered: Iterable<string> = [],
): AssumedCertificates {
  const { kubernetesGateways, gatewayClasses, listenerSets, backendTlsPolicies } = cluster
  const classes = new GatewayClasses(gatewayClasses, features)
  const missing = new Missing(cluster, answered)
  const add = <R extends Resource>(objects: readonly R[], referencesOf: (object: R) => Iterable<Reference>): void => {
    for (const object of objects) {
      if (isAsked(object)) for (const reference of referencesOf(object)) missing.add(reference, object)
    }
  }
  const ofIstiod = kubernetesGateways.filter(({ spec }) => classes.of(spec.gatewayClassName))
  add(ofIstiod, ofGateway)
  add(listenerSets, ofListeners)
  add(backendTlsPolicies, ofPolicy)
  return { secrets: [...missing.secrets.values()], configMaps: [...missing.configMaps.values()] }
}
