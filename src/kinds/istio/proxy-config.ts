import type { ResourceOf } from '../define.ts'
import { ProxyConfigSpec } from '../messages/proxy-config.ts'
import { validateProxyConfig } from '../validation/proxy-config.ts'
import { defineIstio, IstioStatus } from './define.ts'

/** Read by the injector, which gives the settings to new pods; istiod sends nothing that depends on it. */
export const PROXY_CONFIG = defineIstio({
  kind: 'ProxyConfig',
  group: 'networking.istio.io',
  versions: ['v1beta1'],
  plural: 'proxyconfigs',
  spec: ProxyConfigSpec,
  status: IstioStatus,
  list: 'proxyConfigs',
  readFor: ['names', 'configuration'],
  misses: 'node metadata of the proxies that it selects',
  validate: validateProxyConfig,
})
export type ProxyConfigResource = ResourceOf<typeof PROXY_CONFIG>
