/** Completes short names (pkg/config/model.go ResolveShortnameToFQDN of the reference). */
import { ipFamily } from '../common/addresses.ts'
import { serviceHost } from '../common/cluster-domain.ts'

/** A name without a dot is a Service in the namespace; `*`, IP addresses and other names are kept. */
export function completeHost(host: string, namespace: string): string {
  if (host.includes('.') || host === '*' || host === '' || ipFamily(host) !== 0) return host
  return serviceHost(host, namespace)
}

/** `mesh`, or `NAMESPACE/NAME` of a Gateway. */
export function completeGateway(gateway: string, namespace: string): string {
  if (gateway === 'mesh') return gateway
  if (gateway.startsWith('./')) return `${namespace}${gateway.slice(1)}`
  if (gateway.includes('/')) return gateway
  const [name = '', inNamespace] = gateway.split('.')
  return inNamespace === undefined ? `${namespace}/${name}` : `${inNamespace}/${name}`
}
