/** Names of credentials (pilot/pkg/security/model ConstructSdsSecretConfigForCredential). */
import type { Features } from '../../resources/mesh/features.ts'

const EXTERNAL_SDS = 'sds://'

/** The resource that a credential refers to. Releases without `sds://` support treat the full name as a Secret's. */
export function resourceOfCredential(name: string, features: Features): string {
  if (!features.has('external-credentials-by-name') || !name.startsWith(EXTERNAL_SDS)) return name
  return name.slice(EXTERNAL_SDS.length)
}
