/**
 * Objects as `snapshot` writes them: what the stages read and nothing else. Whatever may hold secrets is left out:
 * data of Secrets, environments and arguments of containers other than the proxy's and istiod's, and what kubectl noted
 * as applied last.
 */

import { ANNOTATIONS } from '../../common/istio-names.ts'
import { kindOf, POD_CONTROLLERS } from '../../kinds/index.ts'
import { CONFIG_CLUSTER } from '../../resources/intake/intake.ts'
import { isMapping, type JsonMapping, type RawObject } from '../../resources/intake/objects.ts'
import { unmodelledKind } from '../../resources/intake/unmodelled.ts'
import type { JsonValue } from '../../sources/document.ts'

type Mapping = { [key: string]: JsonValue }

const METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'labels',
  'annotations',
  'ownerReferences',
]

const MESH_CONFIG = /^istio(-.+)?$/
const MESH_KEYS = ['mesh', 'meshNetworks']

const PROXY_CONTAINER = 'istio-proxy'
const ISTIOD_CONTAINER = 'discovery'
/** Variables of the proxy's container by which it says what it is. */
const PROXY_VARIABLES = /^(ISTIO_META|PROXY_CONFIG$|SERVICE_ACCOUNT$|POD_|INSTANCE_IP|HOST_IP$)/
const SENSITIVE = /TOKEN|PASSWORD|SECRET|CREDENTIAL/i

/** Some fields of a mapping, in the order of `keys`. */
function pick(value: JsonValue | undefined, keys: readonly string[]): Mapping {
  if (!isMapping(value)) return {}
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(value, key)).map((key) => [key, value[key]])) as Mapping
}

const at = (value: JsonValue | undefined, key: string): JsonValue | undefined =>
  isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** A field under its name, unless it is not there. */
function field(key: string, value: JsonValue | undefined): Mapping {
  return value === undefined || (isMapping(value) && Object.keys(value).length === 0) ? {} : { [key]: value }
}

type Change = (value: JsonValue) => JsonValue

/** Something of another type than it should be stays wrong, but says nothing any more. */
const emptied: Change = (value) => (Array.isArray(value) ? [] : isMapping(value) ? {} : value)

const onMapping =
  (change: (value: JsonMapping) => JsonValue): Change =>
  (value) =>
    isMapping(value) ? change(value) : emptied(value)

const only = (keys: readonly string[]): Change => onMapping((value) => pick(value, keys))

const each =
  (change: Change): Change =>
  (value) =>
    Array.isArray(value) ? value.map(change) : emptied(value)

/** A field of a mapping under its name, changed; nothing when it is not there. */
function changed(value: JsonMapping, key: string, change: Change): Mapping {
  const found = at(value, key)
  return found === undefined ? {} : { [key]: change(found) }
}

function withoutLastApplied(annotations: JsonValue | undefined): JsonValue | undefined {
  if (!isMapping(annotations) || !Object.hasOwn(annotations, ANNOTATIONS.lastApplied)) return annotations
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== ANNOTATIONS.lastApplied))
}

/** @param namespace of objects that state none; '' for kinds that live in no namespace */
function metadataOf(value: JsonMapping, namespace: string): JsonValue {
  const given = at(value, 'metadata')
  // A mistake is written as it is, so that it is found again.
  if (given !== undefined && !isMapping(given)) return given
  const { annotations, ...metadata } = pick(value.metadata, METADATA)
  const { name, ...others } = metadata
  return {
    ...field('name', name),
    ...(namespace !== '' && !others.namespace && { namespace }),
    ...others,
    ...field('annotations', withoutLastApplied(annotations)),
  }
}

/** Which variables of a container's environment are written. */
type KeepVariable = (name: string, variable: JsonValue) => boolean

const ofProxy: KeepVariable = (name, variable) =>
  PROXY_VARIABLES.test(name) || at(at(variable, 'valueFrom'), 'fieldRef') !== undefined

const ofIstiod: KeepVariable = (name, variable) => !SENSITIVE.test(name) && at(variable, 'value') !== undefined

const KEPT: ReadonlyMap<string, KeepVariable> = new Map([
  [PROXY_CONTAINER, ofProxy],
  [ISTIOD_CONTAINER, ofIstiod],
])

function variablesOf(keep: KeepVariable): Change {
  return (value) =>
    Array.isArray(value)
      ? value
          .filter((variable) => keep(String(at(variable, 'name') ?? ''), variable))
          .map(only(['name', 'value', 'valueFrom']))
      : emptied(value)
}

const containerOf = onMapping((container) => {
  const name = at(container, 'name')
  const keep = typeof name === 'string' ? KEPT.get(name) : undefined
  return {
    ...pick(container, ['name', 'image', 'ports', 'restartPolicy']),
    ...(name === PROXY_CONTAINER && pick(container, ['args'])),
    ...(keep && changed(container, 'env', variablesOf(keep))),
  }
})

const POD_FIELDS = ['nodeName', 'hostNetwork', 'serviceAccountName', 'hostname', 'subdomain']

const podSpecOf = onMapping((spec) => ({
  ...changed(spec, 'containers', each(containerOf)),
  ...changed(spec, 'initContainers', each(containerOf)),
  ...pick(spec, POD_FIELDS),
}))

const podStatusOf = onMapping((status) => ({
  ...pick(status, ['phase', 'hostIP', 'podIP', 'podIPs']),
  ...changed(status, 'conditions', each(only(['type', 'status']))),
}))

const podOf = (value: JsonMapping): Mapping => ({
  ...changed(value, 'spec', podSpecOf),
  ...changed(value, 'status', podStatusOf),
})

const templateOf = onMapping((template) => ({
  ...changed(template, 'metadata', only(['labels', 'annotations'])),
  ...changed(template, 'spec', podSpecOf),
}))

const deploymentSpecOf = onMapping((spec) => ({
  ...changed(spec, 'selector', only(['matchLabels'])),
  ...changed(spec, 'template', templateOf),
}))

const deploymentOf = (value: JsonMapping): Mapping => changed(value, 'spec', deploymentSpecOf)

const configMapOf = (value: JsonMapping): Mapping => changed(value, 'data', only(MESH_KEYS))

const serviceOf = (value: JsonMapping): Mapping => ({
  ...field('spec', value.spec),
  ...changed(value, 'status', only(['loadBalancer'])),
})

const nothing = (): Mapping => ({})

/** What is written of a kind besides its identity and metadata. */
const BODIES: ReadonlyMap<string, (value: JsonMapping) => Mapping> = new Map([
  ['Pod', podOf],
  ['Deployment', deploymentOf],
  ...POD_CONTROLLERS.map(({ kind }) => [kind, deploymentOf] as const),
  ['ConfigMap', configMapOf],
  ['Service', serviceOf],
  ['Namespace', nothing],
  ['Node', nothing],
  // That there is one of a name is what gateways ask.
  ['Secret', nothing],
  ['EndpointSlice', (value) => pick(value, ['addressType', 'endpoints', 'ports'])],
  ['Endpoints', (value) => pick(value, ['subsets'])],
])

/** Everything of a custom resource, its mistakes included. */
function customOf(value: JsonMapping): Mapping {
  const { apiVersion: _, kind: __, metadata: ___, ...others } = value
  return others as Mapping
}

const isRemoteSecret = (value: JsonMapping): boolean =>
  at(at(value.metadata, 'labels'), 'istio/multiCluster') !== undefined

/** Whether an object has a part in any answer. */
function counts({ apiVersion, kind, value }: RawObject): boolean {
  if (kind === 'Secret') return apiVersion === 'v1' && !isRemoteSecret(value)
  if (kind === 'ConfigMap' && apiVersion === 'v1') {
    const name = at(value.metadata, 'name')
    return typeof name !== 'string' || MESH_CONFIG.test(name)
  }
  return kindOf(apiVersion, kind) !== undefined || unmodelledKind(apiVersion, kind) !== undefined
}

/**
 * An object as it is written.
 * @param defaultNamespace of objects that state none
 * @returns undefined for objects that decide nothing
 */
function snapshotObject(object: RawObject, defaultNamespace: string): Mapping | undefined {
  if (!counts(object)) return undefined
  const { apiVersion, kind, value } = object
  const definition = kindOf(apiVersion, kind)
  const namespace = (definition?.namespaced ?? kind === 'Secret') ? defaultNamespace : ''
  const isCore = definition ? !definition.istio : kind === 'Secret'
  const body = (isCore && BODIES.get(kind)) || customOf
  return { apiVersion, kind, metadata: metadataOf(value, namespace), ...body(value) }
}

/** The objects of one cluster, as they are written. */
export interface ClusterSnapshot {
  /** '' for the config cluster. */
  readonly cluster: string
  readonly objects: readonly object[]
}

/**
 * The objects of each cluster as they are written; the config cluster comes first.
 * @param remotes IDs of the remote clusters
 * @param namespace of objects that state none
 */
export function clusterSnapshots(
  objects: readonly RawObject[],
  remotes: readonly string[],
  namespace: string,
): ClusterSnapshot[] {
  const clusters = new Map<string, object[]>([CONFIG_CLUSTER, ...remotes].map((id) => [id, []]))
  for (const object of objects) {
    const written = snapshotObject(object, namespace)
    if (written) clusters.get(object.location.document.cluster)?.push(written)
  }
  return [...clusters].map(([cluster, list]) => ({ cluster, objects: list }))
}
