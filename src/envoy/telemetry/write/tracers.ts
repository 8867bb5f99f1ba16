/** Writes tracers. */
import { compact, type EnvoyMessage, type Extension, envoyType, type TypedConfig, unlessEmpty } from '../../json.ts'
import type {
  DatadogPlan,
  OpenTelemetryPlan,
  SamplerPlan,
  SkywalkingPlan,
  TracerPlan,
  ZipkinPlan,
} from '../plan/tracers.ts'
import { httpService, spanService } from './services.ts'

const traceType = (name: string): string => envoyType(`config.trace.v3.${name}`)

function collectorFields(collector: ZipkinPlan['collector']): EnvoyMessage {
  if ('uri' in collector) return { collectorService: httpService(collector) }
  const { cluster, path, host } = collector
  return { collectorCluster: cluster, collectorEndpoint: path, collectorHostname: host }
}

const zipkin = ({ longTraceIds, propagatesW3c, collector }: ZipkinPlan): TypedConfig =>
  compact({
    '@type': traceType('ZipkinConfig'),
    traceId128bit: longTraceIds || undefined,
    sharedSpanContext: false,
    collectorEndpointVersion: 'HTTP_JSON',
    ...collectorFields(collector),
    traceContextOption: propagatesW3c ? 'USE_B3_WITH_W3C_PROPAGATION' : undefined,
  })

const datadog = ({ serviceName, host, cluster }: DatadogPlan): TypedConfig =>
  compact({
    '@type': traceType('DatadogConfig'),
    collectorCluster: cluster,
    collectorHostname: host,
    serviceName: serviceName || undefined,
  })

const skywalking = ({ service }: SkywalkingPlan): TypedConfig => ({
  '@type': traceType('SkyWalkingConfig'),
  grpcService: spanService(service),
})

const OPENTELEMETRY = 'envoy.tracers.opentelemetry'

const openTelemetryType = (name: string): string => envoyType(`extensions.tracers.opentelemetry.${name}`)

const detector = (name: string, message: string): Extension => ({
  name: `${OPENTELEMETRY}.resource_detectors.${name}`,
  typedConfig: { '@type': openTelemetryType(`resource_detectors.v3.${message}ResourceDetectorConfig`) },
})

const DETECTORS: Readonly<Record<OpenTelemetryPlan['detectors'][number], Extension>> = {
  environment: detector('environment', 'Environment'),
  dynatrace: detector('dynatrace', 'Dynatrace'),
}

const sampler = ({ tenant, clusterId, rootSpansPerMinute, service }: SamplerPlan): Extension => ({
  name: `${OPENTELEMETRY}.samplers.dynatrace`,
  typedConfig: compact({
    '@type': openTelemetryType('samplers.v3.DynatraceSamplerConfig'),
    tenant: tenant || undefined,
    clusterId: clusterId || undefined,
    httpService: httpService(service),
    rootSpansPerMinute: rootSpansPerMinute || undefined,
  }),
})

function openTelemetry(plan: OpenTelemetryPlan): TypedConfig {
  const { exporter } = plan
  return compact({
    '@type': traceType('OpenTelemetryConfig'),
    ...('http' in exporter ? { httpService: httpService(exporter.http) } : { grpcService: spanService(exporter.grpc) }),
    serviceName: plan.serviceName || undefined,
    resourceDetectors: unlessEmpty(plan.detectors.map((name) => DETECTORS[name])),
    sampler: plan.sampler && sampler(plan.sampler),
  })
}

/** The tracer of connection managers. */
export function tracer({ config }: TracerPlan): Extension {
  switch (config.kind) {
    case 'zipkin':
      return { name: 'envoy.tracers.zipkin', typedConfig: zipkin(config) }
    case 'datadog':
      return { name: 'envoy.tracers.datadog', typedConfig: datadog(config) }
    case 'skywalking':
      return { name: 'envoy.tracers.skywalking', typedConfig: skywalking(config) }
    default:
      return { name: OPENTELEMETRY, typedConfig: openTelemetry(config) }
  }
}
