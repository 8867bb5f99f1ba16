/** For each behaviour a mesh that shows its effect: a conformance case, or one of fixtures/releases. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BehaviourName } from '../../src/releases/behaviours/table.ts'
import { unpackedArchive } from '../conformance/archives.ts'

const SHOWN_BY: Readonly<Record<BehaviourName, string>> = {
  'automatic-addresses': 'alloc-order-by-creation',
  'automatic-ipv6': 'alloc-order-by-creation',
  'addresses-by-hash': 'alloc-hash-basic',
  'address-per-host-name': 'address-slots',
  'address-per-namespace': 'address-slots',
  'hash-slots-65024': 'address-slots',
  'last-slots-counted-apart': 'address-slots',
  'repeated-hosts-hold-slots': 'address-slots',
  'addresses-in-status': 'alloc-status-multi-host',
  'stale-addresses-cleared': 'alloc-status-ineligible',
  'dynamic-dns': 'alloc-status-dynamic-dns',
  'dynamic-dns-tls': 'alloc-status-dynamic-dns',
  'dynamic-dns-in-sidecars': 'alloc-status-dynamic-dns',
  'healthy-only-names': 'endpoint-health',
  'no-doubled-names': 'dns-kubernetes',
  'own-family-names': 'dns-dual-stack',
  'names-of-all-ports': 'headless-names',
  'shared-pod-names': 'headless-names',
  'tls-inspector-for-http': 'outbound-sidecar-policy',
  'connection-limit': 'outbound-sidecar-policy',
  'connection-limit-of-bound-ports': 'node-interception',
  'auto-detected-ports-merge': 'fuzz-18',
  'header-case-beside-options': 'header-case-http10',
  'gateway-binds-apart': 'gateway-binds',
  'tls-defaults-of-gateways': 'gateway-tls-defaults',
  'inbound-retries': 'outbound-sidecar-policy',
  'inbound-retries-by-proxy-version': 'old-proxy-inbound',
  'no-inbound-retries-of-streams': 'inbound-retry',
  'peer-metadata-of-gateways': 'headers',
  'strict-gateway-merging': 'gwapi-strict-merging',
  'backend-tls-policies': 'gwapi-backend-tls',
  'tls-routes': 'gwapi-tls-routes',
  'listener-sets': 'gwapi-listenerset',
  'tcp-routes': 'gwapi-tcp',
  'raw-cluster-in-json-logs': 'mesh-access-log',
  'log-formatters-of-all': 'access-log-json',
  'log-formatters-of-old-proxies': 'access-log',
  'dynamic-hosts-by-family': 'dynamic-dns',
  'secure-metrics-ports': 'secure-metrics',
  'unknown-hosts-by-dns': 'allow-any-dns',
  'family-of-first-address': 'ipv6-first',
  'dns-resolver-options': 'outbound-sidecar-policy',
  'tracks-remaining': 'outbound-sidecar-policy',
  'auto-sni': 'dr-tls',
  'config-map-credentials': 'tls',
  'header-case-of-passthrough': 'headers-case',
  'http2-upgrade-first': 'headers',
  'retry-budget-in-percent': 'pool',
  'retry-budget-of-subsets': 'pool',
  'label-failover-of-dns-clusters': 'dns-failover',
  'connect-strategy': 'dns-failover',
  'unverified-mesh-tls': 'tls',
  'external-credentials-by-name': 'gateway-credential',
  'service-accounts-of-clusters': 'mc-accounts',
  'default-export-to-namespaces': 'export-star',
  'best-service-namespace': 'pick-namespace',
  'slow-warmup': 'pool',
  'retry-budget-alone': 'pool',
  'group-workload-name': 'we-workload-group',
  'traffic-distribution': 'service-traffic',
  'traffic-distribution-by-node': 'traffic-distribution',
  'traffic-distribution-of-namespaces': 'traffic-distribution',
  'resolved-host-cluster': 'outbound-sidecar-policy',
  'entry-workload-names': 'outbound-sidecar-policy',
  'gateways-without-own-network': 'network-gateways',
  'unhealthy-endpoints': 'outbound-sidecar-policy',
  'tls-mode-of-subsets': 'tls-networks',
  'other-networks-last': 'failover-network',
  'close-to-the-subzone': 'traffic-distribution',
  'own-network-label': 'labels',
  'topology-locality-label': 'labels',
  'ports-of-native-sidecars': 'native-sidecar',
  'network-gateways-with-port': 'network-gateways',
  'network-of-unselected-namespace': 'network-of-istiod',
  'gateways-of-own-family': 'network-gateways',
  'pods-by-address': 'find-pod-by-ip',
  'trailing-dot-domains': 'vs-http',
  'lower-case-hosts': 'validation',
  'plain-mirror-hosts': 'vs-http',
  'excluded-egress-hosts': 'sidecar-exclude',
  'exact-egress-hosts': 'sidecar-exact-ports',
  'preflights-by-proxy-version': 'old-proxy-cors',
  'rules-after-catch-all': 'retries',
  'all-cors-methods': 'retries',
  'token-header-names': 'header-names',
  'strict-claim-headers': 'claim-headers',
  'traffic-extensions': 'traffic-extension',
  'zipkin-over-http-service': 'telemetry-tracing-providers',
  'child-spans-of-gateways': 'telemetry-gateway',
  'tags-without-value': 'tracing-tags',
  'peer-state-of-all-proxies': 'telemetry-log-als',
  'providers-by-name': 'authz-custom-http',
  'trust-domain-attribute': 'authz-when',
  'service-account-attribute': 'authz-when',
  'literal-accounts': 'authorization-literals',
  'literal-identities': 'authorization-literals',
  'secret-keys-warned': 'policy-validation-jwt',
  'sorted-space-delimited-claims': 'jwt-order',
  'merge-and-replace-list': 'ef-merge',
  'patches-of-waypoints': 'policy-validation-envoyfilter',
}

const folder = (path: string): string => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url))

/** The folders of meshes, and their names in the documentation. */
const FOLDERS = [
  { folder: folder('releases'), link: '../fixtures/releases' },
  { folder: folder('conformance'), link: '../fixtures/conformance' },
  { folder: folder('conformance-policies'), link: '../fixtures/conformance-policies' },
  { folder: folder('conformance-gateway-api'), link: '../fixtures/conformance-gateway-api' },
  { folder: unpackedArchive('cases'), link: undefined },
] as const

export interface ShownBy {
  readonly name: string
  /** The folder that holds the case's folder. */
  readonly folder: string
  /** Relative to docs/; undefined for a packed case. */
  readonly link: string | undefined
}

export function shownBy(behaviour: BehaviourName): ShownBy {
  const name = SHOWN_BY[behaviour]
  const found = FOLDERS.find((place) => existsSync(join(place.folder, name, 'case.yaml')))
  if (!found) throw new Error(`no mesh is called ${name}`)
  return { name, folder: found.folder, link: found.link && `${found.link}/${name}` }
}
