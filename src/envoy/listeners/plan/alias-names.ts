/** Other names by which clients may call an ExternalName service (core/httproute.go GenerateAltVirtualHosts). */
import { ipFamily } from '../../../common/addresses.ts'

const SVC = '.svc.'

/** Short names of `name.namespace.svc...` that a resolver in the domain completes. */
function shortNames(host: string, dnsDomain: string): readonly string[] {
  const at = dnsDomain.indexOf(SVC)
  const svc = host.indexOf(SVC)
  const dot = host.indexOf('.')
  if (at < 0 || svc <= 0 || !host.endsWith(dnsDomain.slice(at)) || dot + 1 > svc) return []
  const qualified = host.slice(0, svc)
  const sameNamespace = host.slice(dot + 1, svc) === dnsDomain.slice(0, at)
  return [...(sameNamespace ? [host.slice(0, dot)] : []), `${qualified}.svc`, qualified]
}

/**
 * @param dnsDomain the proxy's, such as `default.svc.cluster.local`
 * @param trailingDot whether clients may also use absolute names
 */
export function aliasNames(host: string, dnsDomain: string, trailingDot: boolean): readonly string[] {
  return [...(trailingDot && ipFamily(host) === 0 ? [`${host}.`] : []), ...shortNames(host, dnsDomain)]
}
