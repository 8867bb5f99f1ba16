/** Waypoints of ambient mode, which are not modelled. */
import { LABELS } from '../../common/istio-names.ts'
import { describeResource, type Resource } from '../../kinds/resource.ts'
import type { SourceProblem } from '../../sources/document.ts'
import type { Features } from '../mesh/features.ts'
import { problemAt } from '../problems.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { GatewayClasses, isOfAmbient } from './classes.ts'

const WAYPOINT_CLASSES: ReadonlySet<string> = new Set(['istio-waypoint', 'istio-east-west'])

/** Whether an object asks for a waypoint, wherever that is. */
function usesWaypoint({ meta }: Resource): boolean {
  const name = meta.labels.get(LABELS.useWaypoint)?.toLowerCase() ?? ''
  return name !== '' && name !== 'none'
}

/** One warning for clusters that have waypoints. */
export function waypointProblems(clusters: readonly ClusterObjects[], features: Features): readonly SourceProblem[] {
  const found = clusters.flatMap(({ kubernetesGateways, gatewayClasses, namespaces, services }): Resource | [] => {
    const labelled = namespaces.find(usesWaypoint) ?? services.find(usesWaypoint)
    if (kubernetesGateways.length === 0) return labelled ?? []
    const classes = new GatewayClasses(gatewayClasses, features)
    const isWaypoint = (name: string): boolean => {
      const of = classes.of(name)
      return WAYPOINT_CLASSES.has(name) || (of !== undefined && isOfAmbient(of))
    }
    return kubernetesGateways.find(({ spec }) => isWaypoint(spec.gatewayClassName)) ?? labelled ?? []
  })[0]
  if (!found) return []
  const message = `not modelled: waypoints, such as ${found.kind === 'Gateway' ? '' : 'that of '}${describeResource(found)}`
  const hint = 'what they receive is left out; sidecars and routers do not depend on it'
  return [problemAt(found.location, { severity: 'warning', message, hint })]
}
