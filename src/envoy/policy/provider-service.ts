/** The Services of extension providers (pilot/pkg/model/telemetry_logging.go LookupCluster). */
import { outboundClusterName } from '../../common/names.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Service } from '../../registry/service.ts'

/** Where a provider is reached. */
export interface ProviderService {
  readonly host: string
  /** The cluster of the host and the provider's port, whether the service has that port or not. */
  readonly cluster: string
}

function serviceOf({ servicesByHost }: Pick<Registry, 'servicesByHost'>, name: string): Service | undefined {
  const [namespace = '', host = '', ...others] = name.split('/')
  if (host !== '' && others.length === 0) {
    return servicesByHost.get(host)?.find((service) => service.namespace === namespace)
  }
  const services = servicesByHost.get(name) ?? []
  return services.every((service) => service.namespace === services[0]?.namespace) ? services[0] : undefined
}

/**
 * Finds the Service of a provider, whether the proxy sees it or not.
 * @param service `HOST`, which only one namespace may have, or `NAMESPACE/HOST`
 * @returns undefined when there is none
 */
export function providerService(
  registry: Pick<Registry, 'servicesByHost'>,
  service: string,
  port: number,
): ProviderService | undefined {
  const found = serviceOf(registry, service)
  return found && { host: found.hostname, cluster: outboundClusterName(port, '', found.hostname) }
}
