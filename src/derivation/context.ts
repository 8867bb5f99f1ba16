import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { firstBy } from '../common/collections.ts'
import { oncePer } from '../common/once.ts'
import type { Namespace } from '../kinds/index.ts'
import { GatewayClasses } from '../resources/gateway-api/classes.ts'
import { type ReadKinds, readKinds } from '../resources/gateway-api/read-kinds.ts'
import { isOfRevision } from '../resources/gateway-api/revision.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import { type CertificateStore, certificateStore } from './gateways/references.ts'
import { ReferenceGrants } from './grants.ts'

/** What is derived from a mesh needs. */
export interface DerivationContext {
  readonly registry: AllocatedRegistry
  readonly snapshot: Snapshot
  /** The classes of the config cluster. */
  readonly classes: GatewayClasses
  /** The kinds that this istiod reads. */
  readonly reads: ReadKinds
  readonly grants: ReferenceGrants
  /** The certificates of the config cluster. */
  readonly store: CertificateStore
  /** The namespaces of the config cluster. */
  readonly namespaces: ReadonlyMap<string, Namespace>
}

/** Made once for a registry: rules of lint look at it too. */
export const derivationContext = oncePer((registry: AllocatedRegistry): DerivationContext => {
  const { snapshot } = registry
  const [config] = snapshot.clusters
  const isOwn = isOfRevision(snapshot)
  const grants = new ReferenceGrants(config.referenceGrants.filter(isOwn))
  return {
    registry,
    snapshot,
    classes: new GatewayClasses(config.gatewayClasses.filter(isOwn), snapshot.features),
    reads: readKinds(snapshot.features),
    grants,
    store: certificateStore(snapshot, grants),
    namespaces: firstBy(config.namespaces, ({ meta }) => meta.name),
  }
})
