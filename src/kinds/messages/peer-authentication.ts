/** PeerAuthentication (istio.io/api security/v1beta1/peer_authentication.proto). */
import { enumeration, type Infer, map, message, optional } from '../schema/index.ts'
import { LabelSelectorSpec } from './selector.ts'

const PeerAuthenticationMutualTLSMode = enumeration(['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'])

export const PeerAuthenticationMutualTLS = message('MutualTLS', {
  mode: PeerAuthenticationMutualTLSMode,
})
export type PeerAuthenticationMutualTLS = Infer<typeof PeerAuthenticationMutualTLS>

export const PeerAuthentication = message('PeerAuthentication', {
  selector: optional(LabelSelectorSpec),
  mtls: optional(PeerAuthenticationMutualTLS),
  portLevelMtls: map(PeerAuthenticationMutualTLS),
})
export type PeerAuthentication = Infer<typeof PeerAuthentication>
