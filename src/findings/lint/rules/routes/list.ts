import type { ROUTE_ENTRIES } from '../../catalogue/routes.ts'
import type { RulesOf } from '../../rule.ts'
import { routeClusterMissing } from './route-cluster-missing.ts'
import { routeWithoutEffect } from './route-without-effect.ts'
import { virtualServiceHostTaken } from './virtual-service-host-taken.ts'

export const ROUTE_RULES: RulesOf<typeof ROUTE_ENTRIES> = {
  'route-cluster-missing': routeClusterMissing,
  'virtual-service-host-taken': virtualServiceHostTaken,
  'route-without-effect': routeWithoutEffect,
}
