/** All Envoy resources of one proxy, in order of their dependencies. */
export { buildEnvoyResources, type EnvoyResources } from './resources.ts'
