import type { ResourceOf } from '../define.ts'
import { RequestAuthentication } from '../messages/request-authentication.ts'
import { validateRequestAuthentication } from '../validation/security/request-authentication.ts'
import { defineIstio, IstioStatus, SECURITY_VERSIONS } from './define.ts'

export const REQUEST_AUTHENTICATION = defineIstio({
  kind: 'RequestAuthentication',
  group: 'security.istio.io',
  versions: SECURITY_VERSIONS,
  plural: 'requestauthentications',
  spec: RequestAuthentication,
  status: IstioStatus,
  list: 'requestAuthentications',
  readFor: ['configuration'],
  misses: 'JWT filters of inbound and gateway listeners',
  validate: validateRequestAuthentication,
})
export type RequestAuthenticationResource = ResourceOf<typeof REQUEST_AUTHENTICATION>
