import type { Memory } from '../common/memory.ts'
import type { IstioLists, KubernetesLists } from '../kinds/list.ts'
import type { Resource } from '../kinds/resource.ts'
import type { DecodeIssue } from '../kinds/schema/index.ts'
import type { ValidationIssue } from '../kinds/validation/report.ts'
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import type { ObjectChange } from './intake/overlay.ts'
import type { KindMistake } from './intake/unknown-kinds.ts'
import type { YamlSurprise } from './intake/yaml-surprises.ts'
import type { Features } from './mesh/features.ts'
import type { Istiods } from './mesh/istiod.ts'
import type { MeshConfig } from './mesh/mesh-config.ts'
import type { MeshNetworks } from './mesh/mesh-networks.ts'
import type { Release } from './mesh/release.ts'

/** The Kubernetes objects of one cluster, in the lists that the kinds' definitions name. */
export interface ClusterObjects extends KubernetesLists {
  /** The cluster's ID (`Kubernetes`, or that of `--cluster-id` or `--remote`). */
  readonly id: string
  /** The namespace of istiod and its own objects. */
  readonly istioNamespace: string
  /** The network label of istiod's namespace; '' when it has none, or when istiod does not see it. */
  readonly network: string
}

/** The objects of a cluster, kind by kind. */
export function objectLists(cluster: ClusterObjects): readonly (readonly Resource[])[] {
  return Object.values(cluster).filter((value) => typeof value !== 'string')
}

/** istiod's verdict on one object; recorded only if there are problems. */
export interface Verdict {
  readonly resource: Resource
  readonly errors: readonly ValidationIssue[]
  readonly warnings: readonly ValidationIssue[]
}

/** A field that an object's kind does not have, at a path from the object's root; it has no effect. */
export interface UnknownField extends DecodeIssue {
  readonly resource: Resource
}

/** An object that is in the input twice: the later one wins. */
export interface Duplicate {
  readonly replaced: Resource
  /** The later one, which another may replace in turn. */
  readonly resource: Resource
}

/** An object whose kind no API server knows, most likely by mistake, or that lacks its apiVersion or kind. */
export interface UnknownKind extends KindMistake {
  /** Undecoded. */
  readonly resource: Resource
  /** The key that is written. */
  readonly key: 'apiVersion' | 'kind'
}

/** What a snapshot contains although no object of the input states it, because a cluster would add it. */
export interface Assumed {
  /** Addresses of Services and pods, and the objects that have them. */
  readonly addresses: ReadonlyMap<string, Resource>
  /** Pods, with the locations of their workloads, and EndpointSlices, with the locations of their Services. */
  readonly objects: ReadonlySet<Resource>
}

/** The typed and validated objects of the input. Immutable; rejected objects are not included. */
export interface Snapshot {
  /** The config cluster first, then the remote ones by ID. */
  readonly clusters: readonly [ClusterObjects, ...ClusterObjects[]]
  /** Istio's own objects; istiod reads them from the config cluster only. */
  readonly istio: IstioLists
  readonly mesh: MeshConfig
  /** The location of the mesh configuration; undefined when nothing states one. */
  readonly meshAt: Location | undefined
  readonly meshNetworks: MeshNetworks
  /** The location of the mesh networks; undefined when there are none. */
  readonly meshNetworksAt: Location | undefined
  readonly features: Features
  /** The release of `features`, and where its version is known from. */
  readonly release: Release
  /** The requested revision of istiod; undefined for the default one. */
  readonly revision: string | undefined
  readonly istiods: Istiods
  readonly verdicts: readonly Verdict[]
  /** Legal YAML whose value differs from its text (`on`, `0443`). */
  readonly yamlSurprises: readonly YamlSurprise[]
  /** Includes those of rejected objects. */
  readonly unknownFields: readonly UnknownField[]
  readonly unknownKinds: readonly UnknownKind[]
  /** Namespaces into which charts and applications install more than the input has. */
  readonly installedNamespaces: ReadonlySet<string>
  /** In input order; an object that is there three times makes two of them. */
  readonly duplicates: readonly Duplicate[]
  /** Objects of unmodelled kinds that change the answer. */
  readonly unmodelled: readonly Resource[]
  /** Skipped kinds, duplicates and other problems of the input. */
  readonly problems: readonly SourceProblem[]
  /** What the files over the mesh add and change; empty without such files. */
  readonly changes: readonly ObjectChange[]
  readonly assumed: Assumed
  /** Keeps results of the later stages; absent when the mesh is computed once. */
  readonly memory?: Memory | undefined
}

/** Everything in a snapshot besides ServiceEntries; with a memory, parts that do not change stay the same objects. */
export function listsBesidesEntries({ features, mesh, meshNetworks, istio, clusters }: Snapshot): readonly unknown[] {
  const { serviceEntries: _, ...others } = istio
  const ofCluster = (cluster: ClusterObjects) => [cluster.id, cluster.network, ...objectLists(cluster)]
  return [features, mesh, meshNetworks, ...Object.values(others), ...clusters.flatMap(ofCluster)]
}
