/** The Services behind a Gateway (pilot/pkg/config/kube/gateway/conversion.go extractGatewayServices). */
import { namespaceDomain, serviceHost } from '../../common/cluster-domain.ts'
import type { KubernetesGateway } from '../../kinds/index.ts'
import { type Features, flag } from '../mesh/features.ts'
import { type IstioClass, isOfAmbient } from './classes.ts'

/** The annotation with the type of a managed Gateway's Service. */
export const SERVICE_TYPE = 'networking.istio.io/service-type'
const NAME_OVERRIDE = 'gateway.istio.io/name-override'
const SERVICE_ACCOUNT = 'gateway.istio.io/service-account'
const IP_ADDRESS = 'IPAddress'

/** Whether istiod deploys the Gateway's router; a manual one names the Services of routers that exist. */
export function isManaged({ spec: { addresses } }: KubernetesGateway, { env }: Features): boolean {
  if (!flag(env, 'ENABLE_GATEWAY_API_MANUAL_DEPLOYMENT', true)) return true
  return addresses.length === 0 || (addresses.length === 1 && addresses[0]?.type === IP_ADDRESS)
}

/** Names of waypoints have no suffix. */
const defaultName = ({ meta, spec }: KubernetesGateway, of: IstioClass): string =>
  isOfAmbient(of) ? meta.name : `${meta.name}-${spec.gatewayClassName}`

/** The name of a managed Gateway's Service and Deployment. */
export const deploymentName = (gateway: KubernetesGateway, of: IstioClass): string =>
  gateway.meta.annotations.get(NAME_OVERRIDE) || defaultName(gateway, of)

/** The service account of a managed Gateway's router. */
export const serviceAccountOf = (gateway: KubernetesGateway, of: IstioClass): string =>
  gateway.meta.annotations.get(SERVICE_ACCOUNT) || defaultName(gateway, of)

/** The hosts of the Services that the router of a Gateway is behind; '' as an override makes no difference. */
export function servicesOf(gateway: KubernetesGateway, of: IstioClass, features: Features): readonly string[] {
  const { namespace } = gateway.meta
  if (isManaged(gateway, features)) return [serviceHost(deploymentName(gateway, of), namespace)]
  return gateway.spec.addresses
    .filter(({ type }) => type === 'Hostname')
    .map(({ value }) => (value.includes('.') ? value : `${value}.${namespaceDomain(namespace)}`))
}
