/** The stage `resources`: turns documents into typed, validated objects of every cluster, and the mesh's settings. */

import { compareBytes } from '../common/bytes.ts'
import { LABELS } from '../common/istio-names.ts'
import type { Memory } from '../common/memory.ts'
import type { Namespace } from '../kinds/index.ts'
import { CONFIG_MAP } from '../kinds/kubernetes/config-map.ts'
import { NAMESPACE } from '../kinds/kubernetes/namespace.ts'
import type { Resource } from '../kinds/resource.ts'
import type { AssumedBehaviours } from '../releases/istiod.ts'
import { placeOf, type SourceDocument, type SourceProblem } from '../sources/document.ts'
import { Location } from '../sources/location.ts'
import { admitAll } from './admitted.ts'
import { NOTHING, withAssumptions } from './assumed/assume.ts'
import { ASSUMED_OF_FILES, type AssumeOptions } from './assumed/options.ts'
import { gatewayApiProblems } from './gateway-api/problems.ts'
import { DiscoveryFilter, selectorProblems } from './intake/discovery.ts'
import { CONFIG_CLUSTER, readObjects, type UnmodelledObject } from './intake/intake.ts'
import { intakeAsRead } from './intake/known-fields.ts'
import { istioLists, kubernetesLists } from './intake/lists.ts'
import type { StoredObjects } from './intake/store.ts'
import { unmodelledSettings } from './intake/unmodelled-settings.ts'
import { type IstiodOverrides, type IstiodSettings, istiodSettings } from './mesh/environment.ts'
import { type Features, featuresOf, flag } from './mesh/features.ts'
import { SYSTEM_NAMESPACE } from './mesh/istiod.ts'
import { type MeshSettings, meshSettings } from './mesh/mesh.ts'
import { EXPECTED, type GivenConfiguration, givenConfiguration } from './mesh/stated/given.ts'
import { problemAt } from './problems.ts'
import type { ClusterObjects, Snapshot } from './snapshot.ts'

export const DEFAULT_CLUSTER_ID = 'Kubernetes'
const DEFAULT_NAMESPACE = 'default'

/** Settings of the command line that affect how documents are read. */
export interface SnapshotOptions extends IstiodOverrides {
  /** The config cluster's ID; `Kubernetes` by default. */
  readonly clusterId?: string | undefined
  /** IDs of the remote clusters, in any order. The `cluster` of a document is one of them. */
  readonly remotes?: readonly string[] | undefined
  /** The namespace of objects without one; `default` by default. */
  readonly defaultNamespace?: string | undefined
  /**
   * A MeshConfig, a ConfigMap with `data.mesh` and `data.meshNetworks`, Helm values of istiod, or an object that has
   * such values; overrides what the input states.
   */
  readonly meshConfig?: SourceDocument | undefined
  /** Documents that are merged over the others, object by object. */
  readonly over?: readonly SourceDocument[] | undefined
  /** What to assume about a cluster; if absent, everything, for objects that no API server has stored. */
  readonly assume?: AssumeOptions | undefined
  /** Behaviours of istiod that are on or off, whatever its release and environment say. */
  readonly assumed?: AssumedBehaviours | undefined
  /** Keeps what was computed from documents that are still the same; the stages after this one use it too. */
  readonly memory?: Memory | undefined
}

/**
 * The IDs of the config cluster, then of the remote ones in order, with or without documents, by the cluster of their
 * documents.
 * @throws Error when two clusters have the same ID
 */
function idsOf(documents: readonly SourceDocument[], options: SnapshotOptions): ReadonlyMap<string, string> {
  const localId = options.clusterId || DEFAULT_CLUSTER_ID
  const stated = options.remotes ?? []
  const remotes = new Set(stated)
  if (remotes.size < stated.length) throw new Error('two remote clusters have the same ID')
  for (const { cluster } of documents) if (cluster !== CONFIG_CLUSTER) remotes.add(cluster)
  if (remotes.has(localId)) throw new Error(`the remote cluster ${localId} has the local cluster's ID`)
  if (remotes.has(CONFIG_CLUSTER)) throw new Error('a remote cluster needs an ID')
  const ids = new Map([[CONFIG_CLUSTER, localId]])
  for (const id of [...remotes].sort(compareBytes)) ids.set(id, id)
  return ids
}

/** The unmodelled objects that have an effect. */
function effectiveUnmodelled(
  unmodelled: readonly UnmodelledObject[],
  features: Features,
  filters: ReadonlyMap<string, DiscoveryFilter>,
): UnmodelledObject[] {
  const isSet = (name: string, fallback: boolean): boolean => flag(features.env, name, fallback)
  return unmodelled.filter(({ resource, entry, object }) => {
    const applies = entry.applies?.({ object: object.value, flag: isSet, has: features.has }) ?? true
    return applies && filters.get(resource.cluster)?.sees(resource) !== false
  })
}

const networkLabelOf = (namespaces: readonly Namespace[], name: string): string =>
  namespaces.find(({ meta }) => meta.name === name)?.meta.labels.get(LABELS.network) ?? ''

/** What the document of --mesh-config states. */
function givenOf(document: SourceDocument | undefined, problems: SourceProblem[]): GivenConfiguration | undefined {
  const given = document && givenConfiguration(document, problems)
  if (document && !given) {
    const text = { severity: 'error', message: 'this states no mesh configuration', hint: EXPECTED } as const
    problems.push(problemAt(new Location(placeOf(document)), text))
  }
  return given
}

/** The features of an istiod; with a memory, the same object while nothing that determines them changes. */
function featuresFor(settings: IstiodSettings, { assumed, memory }: SnapshotOptions): Features {
  const { env, release, compatibility } = settings
  const features = featuresOf(env, release.version, compatibility, assumed)
  return memory?.unlessChanged('features', features, [env, release.version, compatibility, assumed]) ?? features
}

/** The mesh's settings; with a memory, the same objects while they are equal. */
function unlessChanged({ mesh, meshNetworks, ...rest }: MeshSettings, memory: Memory | undefined): MeshSettings {
  return {
    ...rest,
    mesh: memory?.unlessChanged('mesh', mesh) ?? mesh,
    meshNetworks: memory?.unlessChanged('networks', meshNetworks) ?? meshNetworks,
  }
}

/** A snapshot of what the input states, and whether istiod sees an object of it. */
interface Stated {
  readonly snapshot: Snapshot
  readonly sees: (object: Resource) => boolean
}

function readStated(documents: readonly SourceDocument[], options: SnapshotOptions): Stated {
  const problems: SourceProblem[] = []
  const ids = idsOf(documents, options)
  const over = options.over ?? []
  const defaultNamespace = options.defaultNamespace || DEFAULT_NAMESPACE
  const { memory } = options
  const read = readObjects({ documents, over, defaultNamespace }, problems, memory)
  const given = givenOf(options.meshConfig, problems)
  const settings = istiodSettings({ ...read, given: given?.statement }, options, problems)
  const features = featuresFor(settings, options)
  const intake = intakeAsRead(read, features, memory)
  const { verdicts, duplicates, stores } = admitAll(intake, features, [...ids.keys()], memory)

  const config = stores.get(CONFIG_CLUSTER) as StoredObjects
  const configMaps = config.list(CONFIG_MAP)
  const { mesh, meshAt, meshNetworks, meshNetworksAt } = unlessChanged(
    meshSettings(configMaps, features, { given, installation: settings.installation }, problems, {
      istioNamespace: options.istioNamespace,
      revision: settings.revision,
    }),
    memory,
  )
  const filters = new Map(
    [...stores].map(([key, store]) => [key, new DiscoveryFilter(mesh.discoverySelectors, store.list(NAMESPACE))]),
  )
  const filterOf = (key: string): DiscoveryFilter => filters.get(key) as DiscoveryFilter
  const istioNamespace = options.istioNamespace || SYSTEM_NAMESPACE
  const seesNetwork = (filter: DiscoveryFilter) =>
    filter.seesNamespace(istioNamespace) || features.has('network-of-unselected-namespace')
  const objects = [...stores].map(([key, store]) => ({
    id: ids.get(key) ?? key,
    istioNamespace,
    network: seesNetwork(filterOf(key)) ? networkLabelOf(store.list(NAMESPACE), istioNamespace) : '',
    ...kubernetesLists(store, filterOf(key)),
  }))
  const istio = istioLists(config, filterOf(CONFIG_CLUSTER))
  const unmodelled = effectiveUnmodelled(intake.unmodelled, features, filters)
  problems.push(...selectorProblems(mesh.discoverySelectors))
  for (const [key, id] of ids) problems.push(...filterOf(key).problems(id))
  problems.push(...unmodelledSettings(mesh, meshAt, features.env), ...gatewayApiProblems(objects, features))
  const snapshot = {
    clusters: objects as [ClusterObjects, ...ClusterObjects[]],
    istio,
    mesh,
    meshAt,
    meshNetworks,
    meshNetworksAt,
    features,
    release: settings.release,
    revision: settings.revision,
    istiods: settings.istiods,
    verdicts,
    duplicates,
    yamlSurprises: intake.yamlSurprises,
    unknownFields: intake.unknownFields,
    unknownKinds: intake.unknownKinds,
    installedNamespaces: intake.installedNamespaces,
    unmodelled: unmodelled.map(({ resource }) => resource),
    problems,
    changes: intake.changes,
    assumed: NOTHING,
    memory,
  }
  return { snapshot, sees: (object) => filterOf(object.cluster).sees(object) }
}

/**
 * Reads documents into a snapshot. Never throws on the input: problems with the input as such are in the snapshot's
 * `problems`, and istiod's verdicts on single objects in its `verdicts`.
 * @throws Error when two clusters have the same ID
 */
export function buildSnapshot(documents: readonly SourceDocument[], options: SnapshotOptions = {}): Snapshot {
  const { snapshot, sees } = readStated(documents, options)
  return withAssumptions(snapshot, options.assume ?? ASSUMED_OF_FILES, sees)
}
