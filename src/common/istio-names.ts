/** The labels and annotations that affect an answer: Istio's own and the Kubernetes ones that istiod reads. */

export const LABELS = {
  /** Also an annotation. */
  revision: 'istio.io/rev',
  /** On a webhook: the revision tag that it is for. */
  tag: 'istio.io/tag',
  /** Also an annotation. */
  inject: 'sidecar.istio.io/inject',
  dataplaneMode: 'istio.io/dataplane-mode',
  useWaypoint: 'istio.io/use-waypoint',
  useWaypointNamespace: 'istio.io/use-waypoint-namespace',
  enableAutoallocateIp: 'networking.istio.io/enable-autoallocate-ip',
  draining: 'istio.io/draining',
  persistentSession: 'istio.io/persistent-session',
  persistentSessionHeader: 'istio.io/persistent-session-header',
  tlsMode: 'security.istio.io/tlsMode',
  /** On a Service: Gateways do not translate its ports. */
  disablePortTranslation: 'experimental.istio.io/disable-gateway-port-translation',
  gatewayPort: 'networking.istio.io/gatewayPort',
  /** On the pods of a Gateway of the Gateway API: its name. */
  gatewayName: 'gateway.networking.k8s.io/gateway-name',
  workloadName: 'service.istio.io/workload-name',
  canonicalName: 'service.istio.io/canonical-name',
  canonicalRevision: 'service.istio.io/canonical-revision',
  operatorVersion: 'operator.istio.io/version',

  network: 'topology.istio.io/network',
  cluster: 'topology.istio.io/cluster',
  region: 'topology.kubernetes.io/region',
  zone: 'topology.kubernetes.io/zone',
  subzone: 'topology.istio.io/subzone',
  hostname: 'kubernetes.io/hostname',
  /** `region/zone/subzone`, or with dots instead of slashes. */
  locality: 'topology.istio.io/locality',
  oldLocality: 'istio-locality',
  oldRegion: 'failure-domain.beta.kubernetes.io/region',
  oldZone: 'failure-domain.beta.kubernetes.io/zone',

  app: 'app',
  appName: 'app.kubernetes.io/name',
  appInstance: 'app.kubernetes.io/instance',
  appVersion: 'app.kubernetes.io/version',
  serviceName: 'kubernetes.io/service-name',
  multiclusterServiceName: 'multicluster.kubernetes.io/service-name',
  skipMirror: 'endpointslice.kubernetes.io/skip-mirror',
  managedBy: 'endpointslice.kubernetes.io/managed-by',
} as const

export const ANNOTATIONS = {
  /** OpenTelemetry's name of the service that a pod belongs to. */
  telemetryService: 'resource.opentelemetry.io/service.name',
  /** Namespaces, separated by commas. */
  exportTo: 'networking.istio.io/exportTo',
  connectStrategy: 'istio.io/connect-strategy',
  trafficDistribution: 'networking.istio.io/traffic-distribution',
  canonicalAccounts: 'alpha.istio.io/canonical-serviceaccounts',
  kubernetesAccounts: 'alpha.istio.io/kubernetes-serviceaccounts',
  autoRegistrationGroup: 'istio.io/autoRegistrationGroup',
  healthChecks: 'proxy.istio.io/health-checks-enabled',
  proxyConfig: 'proxy.istio.io/config',
  interceptionMode: 'sidecar.istio.io/interceptionMode',
  includeOutboundRanges: 'traffic.sidecar.istio.io/includeOutboundIPRanges',
  excludeOutboundRanges: 'traffic.sidecar.istio.io/excludeOutboundIPRanges',
  includeOutboundPorts: 'traffic.sidecar.istio.io/includeOutboundPorts',
  excludeOutboundPorts: 'traffic.sidecar.istio.io/excludeOutboundPorts',
  includeInboundPorts: 'traffic.sidecar.istio.io/includeInboundPorts',
  excludeInboundPorts: 'traffic.sidecar.istio.io/excludeInboundPorts',
  injectionStatus: 'sidecar.istio.io/status',
  injectionTemplates: 'inject.istio.io/templates',
  /**
   * Codes of istioctl messages, separated by commas without spaces, or `*`
   * (pkg/config/analysis/local/istiod_analyze.go).
   */
  suppressAnalysis: 'galley.istio.io/analyze-suppress',

  dryRun: 'istio.io/dry-run',
  alwaysReject: 'internal.istio.io/webhook-always-reject',
  parentNamespace: 'internal.istio.io/parent-namespace',
  parents: 'internal.istio.io/parents',
  /** On a Gateway: the hosts of the Services that its routers are behind, instead of a selector. */
  gatewayService: 'internal.istio.io/gateway-service',
  serviceAccountName: 'internal.istio.io/service-account-name',
  gatewaySemantics: 'internal.istio.io/gateway-semantics',
  routeSemantics: 'internal.istio.io/route-semantics',

  lastApplied: 'kubectl.kubernetes.io/last-applied-configuration',
  leader: 'control-plane.alpha.kubernetes.io/leader',
} as const
