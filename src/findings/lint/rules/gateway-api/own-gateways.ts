import type { AllocatedRegistry } from '../../../../allocation/allocation.ts'
import { type DerivationContext, derivationContext } from '../../../../derivation/context.ts'
import type { KubernetesGateway } from '../../../../kinds/index.ts'
import { isOfRevision } from '../../../../resources/gateway-api/revision.ts'

/** The Gateways that istiod makes listeners for and whose status it writes. It leaves out those of other revisions. */
export function ownGateways(registry: AllocatedRegistry): {
  readonly gateways: readonly KubernetesGateway[]
  readonly context: DerivationContext
} {
  const context = derivationContext(registry)
  const isOwn = isOfRevision(registry.snapshot)
  const [{ kubernetesGateways }] = registry.snapshot.clusters
  const gateways = kubernetesGateways.filter(
    (each) => isOwn(each) && context.classes.of(each.spec.gatewayClassName)?.treatment === 'gateway',
  )
  return { gateways, context }
}
