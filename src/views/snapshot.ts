/**
 * Objects as `snapshot` writes them: what the stages read and nothing else. Whatever may hold secrets is left out:
 * data of Secrets, environments and arguments of containers other than the proxy's and istiod's, and what kubectl noted
 * as applied last.
 */
import { kindOf } from '../resources/kinds.ts'
import { isMapping, type JsonMapping, type RawObject } from '../resources/objects.ts'
import { unmodelledKind } from '../resources/unmodelled.ts'
import type { JsonValue } from '../sources/document.ts'

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
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

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

function listAt(value: JsonValue | undefined, key: string): readonly JsonValue[] {
  const found = at(value, key)
  return Array.isArray(found) ? found : []
}

/** A field under its name, unless it is not there. */
function field(key: string, value: JsonValue | undefined): Mapping {
  return value === undefined || (isMapping(value) && Object.keys(value).length === 0) ? {} : { [key]: value }
}

function withoutLastApplied(annotations: JsonValue | undefined): JsonValue | undefined {
  if (!isMapping(annotations) || !Object.hasOwn(annotations, LAST_APPLIED)) return annotations
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED))
}

/** @param namespace of objects that state none; '' for kinds that live in no namespace */
function metadataOf(value: JsonMapping, namespace: string): Mapping {
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

function containerOf(container: JsonValue): Mapping {
  const name = at(container, 'name')
  const keep = typeof name === 'string' ? KEPT.get(name) : undefined
  const out = pick(container, ['name', 'image', 'ports', 'restartPolicy'])
  if (!keep) return out
  const env = listAt(container, 'env').filter((variable) => keep(String(at(variable, 'name') ?? ''), variable))
  return {
    ...out,
    ...(name === PROXY_CONTAINER && pick(container, ['args'])),
    ...(env.length > 0 && { env: env.map((variable) => pick(variable, ['name', 'value', 'valueFrom'])) }),
  }
}

const POD_FIELDS = ['nodeName', 'hostNetwork', 'serviceAccountName', 'hostname', 'subdomain']

function podSpecOf(spec: JsonValue | undefined): Mapping {
  const initContainers = listAt(spec, 'initContainers').map(containerOf)
  return {
    containers: listAt(spec, 'containers').map(containerOf),
    ...(initContainers.length > 0 && { initContainers }),
    ...pick(spec, POD_FIELDS),
  }
}

function podOf(value: JsonMapping): Mapping {
  const status = pick(value.status, ['phase', 'hostIP', 'podIP', 'podIPs'])
  const conditions = listAt(value.status, 'conditions').map((condition) => pick(condition, ['type', 'status']))
  return {
    spec: podSpecOf(value.spec),
    ...field('status', { ...status, ...(conditions.length > 0 && { conditions }) }),
  }
}

function deploymentOf({ spec }: JsonMapping): Mapping {
  const template = at(spec, 'template')
  const metadata = pick(at(template, 'metadata'), ['labels', 'annotations'])
  return {
    spec: {
      ...field('selector', pick(at(spec, 'selector'), ['matchLabels'])),
      template: { ...field('metadata', metadata), spec: podSpecOf(at(template, 'spec')) },
    },
  }
}

const configMapOf = ({ data }: JsonMapping): Mapping => field('data', pick(data, MESH_KEYS))

const serviceOf = (value: JsonMapping): Mapping => ({
  ...field('spec', value.spec),
  ...field('status', pick(value.status, ['loadBalancer'])),
})

const nothing = (): Mapping => ({})

/** What is written of a kind besides its identity and metadata. */
const BODIES: ReadonlyMap<string, (value: JsonMapping) => Mapping> = new Map([
  ['Pod', podOf],
  ['Deployment', deploymentOf],
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
    return typeof name === 'string' && MESH_CONFIG.test(name)
  }
  return kindOf(apiVersion, kind) !== undefined || unmodelledKind(apiVersion, kind) !== undefined
}

/**
 * An object as it is written.
 * @param defaultNamespace of objects that state none
 * @returns undefined for objects that decide nothing
 */
export function snapshotObject(object: RawObject, defaultNamespace: string): Mapping | undefined {
  if (!counts(object)) return undefined
  const { apiVersion, kind, value } = object
  const definition = kindOf(apiVersion, kind)
  const namespace = (definition?.namespaced ?? kind === 'Secret') ? defaultNamespace : ''
  const isCore = definition ? !definition.istio : kind === 'Secret'
  const body = (isCore && BODIES.get(kind)) || customOf
  return { apiVersion, kind, metadata: metadataOf(value, namespace), ...body(value) }
}
