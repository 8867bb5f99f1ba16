/** What gateways serve, as the command's answer. */
import type { GatewaysAnswer } from '../../answers/gateways/message.ts'
import { gatewayConflicts, gatewayFindings, reachOfServers, secretsOf, unboundEverywhere } from '../../index.ts'
import type { Routers } from './routers.ts'

/** @param namespace for Secrets without one */
export function gatewaysAnswerOf({ mesh, documents, reports, complete }: Routers, namespace: string): GatewaysAnswer {
  const { snapshot } = mesh
  const secrets = secretsOf(documents, snapshot.clusters[0].id, namespace)
  return {
    release: mesh.snapshot.release,
    routers: reports.map((report) => ({
      report,
      reach: reachOfServers(report),
      conflicts: gatewayConflicts(report.gateways),
    })),
    // One router does not show whether other routers serve a Gateway.
    unbound: unboundEverywhere(reports).filter(({ reason }) => complete || reason !== 'not-selected'),
    findings: gatewayFindings({ gateways: snapshot.istio.gateways, routers: reports, complete, secrets }),
  }
}
