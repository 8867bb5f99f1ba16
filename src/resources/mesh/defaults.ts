/** The mesh configuration that istiod starts from (pkg/config/mesh/mesh.go DefaultMeshConfig, DefaultProxyConfig). */

import { DecodeContext } from '../../kinds/schema/index.ts'
import { MeshConfig } from './mesh-config.ts'
import { MeshNetworks } from './mesh-networks.ts'

const DEFAULT_PROXY_CONFIG = {
  configPath: './etc/istio/proxy',
  binaryPath: '/usr/local/bin/envoy',
  serviceCluster: 'istio-proxy',
  drainDuration: '45s',
  terminationDrainDuration: '5s',
  proxyAdminPort: 15000,
  controlPlaneAuthPolicy: 'MUTUAL_TLS',
  discoveryAddress: 'istiod.istio-system.svc:15012',
  statNameLength: 189,
  statusPort: 15020,
}

export const DEFAULT_MESH_CONFIG: MeshConfig = MeshConfig.decode(
  {
    proxyListenPort: 15001,
    proxyInboundListenPort: 15006,
    connectTimeout: '10s',
    protocolDetectionTimeout: '0s',
    ingressClass: 'istio',
    ingressService: 'istio-ingressgateway',
    ingressControllerMode: 'STRICT',
    enableTracing: true,
    defaultConfig: DEFAULT_PROXY_CONFIG,
    outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
    inboundTrafficPolicy: { mode: 'PASSTHROUGH' },
    enableAutoMtls: true,
    trustDomain: 'cluster.local',
    defaultServiceExportTo: ['*'],
    defaultVirtualServiceExportTo: ['*'],
    defaultDestinationRuleExportTo: ['*'],
    rootNamespace: 'istio-system',
    localityLbSetting: { enabled: true },
    dnsRefreshRate: '60s',
    enablePrometheusMerge: true,
    extensionProviders: [
      { name: 'prometheus', prometheus: {} },
      { name: 'stackdriver', stackdriver: {} },
      { name: 'envoy', envoyFileAccessLog: { path: '/dev/stdout' } },
    ],
    defaultProviders: {},
  },
  new DecodeContext(),
)

export const DEFAULT_MESH_NETWORKS: MeshNetworks = MeshNetworks.zero
