/** The Gateways that name their routers by labels. */
import { oncePer } from '../../common/once.ts'
import type { GatewayResource } from '../../kinds/index.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { deriveFromIngresses } from './derive.ts'

/** Those of the input, and those that istiod makes of Ingresses. */
export const selectingGateways = oncePer((snapshot: Snapshot): readonly GatewayResource[] => [
  ...snapshot.istio.gateways,
  ...(deriveFromIngresses(snapshot)?.gateways ?? []),
])
