/** What a mesh has of the Gateway API that is not computed. */
import type { SourceProblem } from '../../sources/document.ts'
import type { Features } from '../mesh/features.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { unreadKindProblems } from './read-kinds.ts'
import { waypointProblems } from './waypoints.ts'

/** Warnings about waypoints, and about objects that the istiod of this release does not read. @param clusters the config cluster first */
export const gatewayApiProblems = (
  clusters: readonly ClusterObjects[],
  features: Features,
): readonly SourceProblem[] => [...waypointProblems(clusters, features), ...unreadKindProblems(clusters, features)]
