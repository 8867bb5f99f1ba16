/** The domain of a cluster. istiod's --domain can change it, which is not modelled. */

export const CLUSTER_DOMAIN = 'cluster.local'
export const SERVICE_DOMAIN = `svc.${CLUSTER_DOMAIN}`

/** `NAMESPACE.svc.cluster.local`: the DNS domain of the proxies of a namespace. */
export const namespaceDomain = (namespace: string): string => `${namespace}.${SERVICE_DOMAIN}`

/** `NAME.NAMESPACE.svc.cluster.local`: the host of a Kubernetes Service. */
export const serviceHost = (name: string, namespace: string): string => `${name}.${namespaceDomain(namespace)}`
