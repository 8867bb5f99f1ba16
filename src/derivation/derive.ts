/** Derives configuration from the objects of a mesh; the stages after this one treat it like objects of the input. */
import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { extended } from '../common/once.ts'
import { readsGatewayApi } from '../resources/gateway-api/classes.ts'
import { derivationContext } from './context.ts'
import type { DerivedConfiguration, DerivedRegistry } from './derived.ts'
import { deriveGateways } from './gateways/derive.ts'
import { gatewayStatuses } from './gateways/status.ts'
import { deriveFromIngresses } from './ingress/derive.ts'
import { derivePolicies } from './policies/derive.ts'
import { deriveRoutes } from './routes/derive.ts'
import { Lookups } from './routes/lookups.ts'

const NOTHING: DerivedConfiguration = { gateways: [], virtualServices: [], destinationRules: [] }

type Derived = DerivedConfiguration & Pick<DerivedRegistry, 'statuses' | 'usedGrants'>

const NOTHING_OF_GATEWAY_API: Derived = { ...NOTHING, statuses: [], usedGrants: new Set() }

/** Whether a mesh has objects of the Gateway API from which istiod makes something. */
function usesGatewayApi({ snapshot }: AllocatedRegistry): boolean {
  const [config] = snapshot.clusters
  const { kubernetesGateways, gatewayClasses, listenerSets, httpRoutes, grpcRoutes, tcpRoutes, tlsRoutes } = config
  const lists = [kubernetesGateways, gatewayClasses, listenerSets, httpRoutes, grpcRoutes, tcpRoutes, tlsRoutes]
  const policies = [config.backendTlsPolicies, config.backendTrafficPolicies]
  return readsGatewayApi(snapshot) && [...lists, ...policies].some(({ length }) => length > 0)
}

function deriveFromGatewayApi(registry: AllocatedRegistry): Derived {
  if (!usesGatewayApi(registry)) return NOTHING_OF_GATEWAY_API
  const context = derivationContext(registry)
  const lookups = new Lookups(context)
  const gateways = deriveGateways(context)
  const { routes, attached, virtualServices, statuses } = deriveRoutes(gateways.parents, lookups)
  const policies = derivePolicies(routes, lookups)
  return {
    gateways: gateways.resources,
    virtualServices,
    destinationRules: policies.destinationRules,
    statuses: [...gatewayStatuses(gateways, attached, context), ...statuses, ...policies.statuses],
    usedGrants: context.grants.used,
  }
}

/** Adds the derived configuration to a registry. */
export function derive(registry: AllocatedRegistry): DerivedRegistry {
  const ingress = deriveFromIngresses(registry.snapshot) ?? NOTHING
  const { statuses, usedGrants, ...gatewayApi } = deriveFromGatewayApi(registry)
  const derived = {
    gateways: [...ingress.gateways, ...gatewayApi.gateways],
    virtualServices: [...ingress.virtualServices, ...gatewayApi.virtualServices],
    destinationRules: gatewayApi.destinationRules,
  }
  return extended(registry, { derived, statuses, usedGrants })
}
