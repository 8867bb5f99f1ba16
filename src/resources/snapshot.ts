import type { IstioLists, KubernetesLists } from '../kinds/list.ts'
import type { Resource } from '../kinds/resource.ts'
import type { DecodeIssue } from '../kinds/schema/index.ts'
import type { ValidationIssue } from '../kinds/validation/report.ts'
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import type { ObjectChange } from './intake/overlay.ts'
import type { YamlSurprise } from './intake/yaml-surprises.ts'
import type { Features } from './mesh/features.ts'
import type { MeshConfig } from './mesh/mesh-config.ts'
import type { MeshNetworks } from './mesh/mesh-networks.ts'

/** The Kubernetes objects of one cluster: for each kind the list that its definition names. */
export interface ClusterObjects extends KubernetesLists {
  /** The cluster's ID (`Kubernetes`, or as `--cluster-id` and `--remote` say). */
  readonly id: string
  /** Where istiod and its own objects are. */
  readonly istioNamespace: string
  /** The network that the label of istiod's namespace states; '' when none, or when istiod does not see it. */
  readonly network: string
}

/** The objects of a cluster, kind by kind. */
export function objectLists(cluster: ClusterObjects): readonly (readonly Resource[])[] {
  return Object.values(cluster).filter((value) => typeof value !== 'string')
}

/** Istio's own objects; only the config cluster's count. */
export type IstioObjects = IstioLists

/** istiod's verdict on one object; recorded only when there is something to say. */
export interface Verdict {
  readonly resource: Resource
  readonly errors: readonly ValidationIssue[]
  readonly warnings: readonly ValidationIssue[]
}

/** A field that an object's kind does not have, at a path from the object's root: it counts for nothing. */
export interface UnknownField extends DecodeIssue {
  readonly resource: Resource
}

/** Everything that was read, typed and validated. Immutable; rejected objects are not in it. */
export interface Snapshot {
  /** The config cluster first, then the remote ones in the order of their IDs. */
  readonly clusters: readonly [ClusterObjects, ...ClusterObjects[]]
  readonly istio: IstioObjects
  readonly mesh: MeshConfig
  readonly meshNetworks: MeshNetworks
  /** Where the mesh networks are stated; undefined when they are nowhere. */
  readonly meshNetworksAt: Location | undefined
  readonly features: Features
  /** Of the istiod that was asked for; undefined for the default one. */
  readonly revision: string | undefined
  readonly verdicts: readonly Verdict[]
  /** What is read otherwise than it stands there, though it is legal. */
  readonly yamlSurprises: readonly YamlSurprise[]
  /** Of rejected objects too. */
  readonly unknownFields: readonly UnknownField[]
  /** Objects of kinds that change the answer and are not modelled. */
  readonly unmodelled: readonly Resource[]
  /** Kinds that were passed over, duplicates, and what else is to be said about the input. */
  readonly problems: readonly SourceProblem[]
  /** What the files over the mesh add and change; empty without such files. */
  readonly changes: readonly ObjectChange[]
}
