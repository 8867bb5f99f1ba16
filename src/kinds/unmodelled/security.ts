import { defineUnmodelled } from '../define.ts'
import { SECURITY_VERSIONS } from '../istio/define.ts'

export const AUTHORIZATION_POLICY = defineUnmodelled({
  kind: 'AuthorizationPolicy',
  group: 'security.istio.io',
  versions: SECURITY_VERSIONS,
  plural: 'authorizationpolicies',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'authorization filters of inbound and gateway listeners',
  onlyFilters: true,
})

export const REQUEST_AUTHENTICATION = defineUnmodelled({
  kind: 'RequestAuthentication',
  group: 'security.istio.io',
  versions: SECURITY_VERSIONS,
  plural: 'requestauthentications',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'JWT filters of inbound and gateway listeners, and routes',
  onlyFilters: true,
})
