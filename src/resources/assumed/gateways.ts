/** What a cluster has beside the objects of the Gateway API: the Services of Gateways, and certificates. */
import type { Resource } from '../../kinds/resource.ts'
import { missingCertificates } from '../gateway-api/certificates.ts'
import { readsGatewayApi } from '../gateway-api/classes.ts'
import { isOfRevision } from '../gateway-api/revision.ts'
import { deployedGateways, gatewayServices } from '../gateway-api/service.ts'
import type { ClusterObjects, Snapshot } from '../snapshot.ts'
import type { AssumeOptions } from './options.ts'

interface WithGateways {
  readonly clusters: readonly ClusterObjects[]
  /** The Services, Secrets and ConfigMaps that were added. */
  readonly made: readonly Resource[]
}

/**
 * Adds the Services that istiod would write for Gateways, without the addresses that a cluster gives them, and the
 * Secrets and ConfigMaps that Gateways and policies refer to.
 * @param isAsked whether to assume anything for an object
 * @param sees whether istiod sees an object: what a live cluster was not asked for, or may not say, is assumed as well
 */
export function withGateways(
  snapshot: Pick<Snapshot, 'clusters' | 'features' | 'revision'>,
  { what, answered }: Pick<AssumeOptions, 'what' | 'answered'>,
  isAsked: (resource: Resource) => boolean,
  sees: (resource: Resource) => boolean,
): WithGateways {
  const { clusters, features } = snapshot
  const [config, ...remotes] = clusters
  const { kubernetesGateways, listenerSets, backendTlsPolicies } = config
  const isUsed = kubernetesGateways.length + listenerSets.length + backendTlsPolicies.length > 0
  if (!isUsed || !readsGatewayApi(snapshot)) return { clusters, made: [] }
  const deployed = what.has('gateways') ? deployedGateways(config, features, isOfRevision(snapshot)) : []
  const services = gatewayServices(config, deployed, isAsked, features)
  const { secrets, configMaps } = what.has('certificates')
    ? missingCertificates(config, features, sees, answered)
    : { secrets: [], configMaps: [] }
  const completed = {
    ...config,
    services: [...config.services, ...services],
    secrets: [...config.secrets, ...secrets],
    configMaps: [...config.configMaps, ...configMaps],
  }
  return { clusters: [completed, ...remotes], made: [...services, ...secrets, ...configMaps] }
}
