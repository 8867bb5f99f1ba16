/** Waypoints of ambient mode, which are not modelled. */
import { describeResource } from '../../kinds/resource.ts'
import type { SourceProblem } from '../../sources/document.ts'
import type { Features } from '../mesh/features.ts'
import { problemAt } from '../problems.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { GatewayClasses } from './classes.ts'

const WAYPOINT_CLASSES: ReadonlySet<string> = new Set(['istio-waypoint', 'istio-east-west'])

/** One warning for clusters that have waypoints. */
export function waypointProblems(clusters: readonly ClusterObjects[], features: Features): readonly SourceProblem[] {
  const gateway = clusters.flatMap(({ kubernetesGateways, gatewayClasses }) => {
    if (kubernetesGateways.length === 0) return []
    const classes = new GatewayClasses(gatewayClasses, features)
    const isWaypoint = (name: string): boolean =>
      WAYPOINT_CLASSES.has(name) || classes.of(name)?.treatment === 'waypoint'
    return kubernetesGateways.find(({ spec }) => isWaypoint(spec.gatewayClassName)) ?? []
  })[0]
  if (!gateway) return []
  const message = `not modelled: waypoints, such as ${describeResource(gateway)}`
  const hint = 'what they receive is left out; sidecars and routers do not depend on it'
  return [problemAt(gateway.location, { severity: 'warning', message, hint })]
}
