import type { ResourceOf } from '../define.ts'
import { PeerAuthentication } from '../messages/peer-authentication.ts'
import { validatePeerAuthentication } from '../validation/peer-authentication.ts'
import { defineIstio, IstioStatus, SECURITY_VERSIONS } from './define.ts'

export const PEER_AUTHENTICATION = defineIstio({
  kind: 'PeerAuthentication',
  group: 'security.istio.io',
  versions: SECURITY_VERSIONS,
  plural: 'peerauthentications',
  spec: PeerAuthentication,
  status: IstioStatus,
  list: 'peerAuthentications',
  readFor: ['configuration'],
  misses: 'where mutual TLS is required',
  validate: validatePeerAuthentication,
})
export type PeerAuthenticationResource = ResourceOf<typeof PEER_AUTHENTICATION>
