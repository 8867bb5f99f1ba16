/** The tracers of extension providers (pilot/pkg/networking/core/tracing.go configureFromProviderConfig). */
import { ANNOTATIONS, LABELS } from '../../../common/istio-names.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import { labelsOf } from '../../../proxy/metadata.ts'
import { compareVersions, type IstioVersion } from '../../../releases/version.ts'
import type { MeshConfigExtensionProvider as Provider } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type ProviderService, providerService } from '../../policy/provider-service.ts'
import { joinedUrl } from './joined-url.ts'

export interface Header {
  readonly name: string
  readonly value: string
}

/** A service that takes spans, or answers questions about them, over HTTP. */
export interface HttpServicePlan {
  readonly uri: string
  readonly cluster: string
  readonly timeout: Duration | undefined
  readonly headers: readonly Header[]
}

export interface GrpcServicePlan extends ProviderService {
  readonly timeout: Duration | undefined
  readonly metadata: readonly Header[]
}

export interface ZipkinPlan {
  readonly kind: 'zipkin'
  readonly longTraceIds: boolean
  readonly propagatesW3c: boolean
  /** How proxies before 1.29 are told the service. */
  readonly collector: HttpServicePlan | (ProviderService & { readonly path: string })
}

export interface DatadogPlan extends ProviderService {
  readonly kind: 'datadog'
  readonly serviceName: string
}

export interface SkywalkingPlan {
  readonly kind: 'skywalking'
  readonly service: GrpcServicePlan
}

/** The adaptive sampler of Dynatrace. */
export interface SamplerPlan {
  readonly tenant: string
  readonly clusterId: number
  readonly rootSpansPerMinute: number
  readonly service: HttpServicePlan
}

export interface OpenTelemetryPlan {
  readonly kind: 'opentelemetry'
  readonly serviceName: string
  readonly exporter: { readonly http: HttpServicePlan } | { readonly grpc: GrpcServicePlan }
  readonly detectors: readonly ('environment' | 'dynatrace')[]
  readonly sampler: SamplerPlan | undefined
}

/** A tracer, and what all connection managers that use it have. */
export interface TracerPlan {
  readonly config: ZipkinPlan | DatadogPlan | SkywalkingPlan | OpenTelemetryPlan
  /** 0 for none of its own. */
  readonly maxTagLength: number
  /** Spans of the proxy's own requests are separate ones. */
  readonly spawnsUpstreamSpan: boolean
  /** Every span reaches the tracer's own sampler. */
  readonly samplesItself: boolean
}

type Zipkin = NonNullable<Provider['zipkin']>
type OpenTelemetry = NonNullable<Provider['opentelemetry']>
type StatedHeaders = Zipkin['headers']

const FIRST_WITH_HTTP_SERVICE: IstioVersion = { major: 1, minor: 29, patch: 0 }
const FIRST_WITH_W3C: IstioVersion = { major: 1, minor: 28, patch: 0 }

const ZIPKIN_PATH = '/api/v2/spans'
const ZIPKIN_TIMEOUT: Duration = { seconds: 5, nanos: 0 }
const SAMPLER_PATH = 'api/v2/samplingConfiguration'

/** Values from istiod's environment are read by istiod, which has none of them here. */
function headersOf(stated: StatedHeaders, env: ReadonlyMap<string, string>): readonly Header[] {
  return stated.map(({ name, value, envName }) => ({ name, value: value ?? env.get(envName ?? '') ?? '' }))
}

/** Plans the tracers of one proxy. */
class Tracers {
  readonly #view: ProxyView
  readonly #env: ReadonlyMap<string, string>

  constructor(view: ProxyView) {
    this.#view = view
    this.#env = view.registry.snapshot.features.env
  }

  of(provider: Provider): TracerPlan | undefined {
    const { zipkin, datadog, skywalking, opentelemetry } = provider
    if (zipkin) return this.#plan(this.#zipkin(zipkin), zipkin.maxTagLength)
    if (datadog) return this.#plan(this.#datadog(datadog), datadog.maxTagLength)
    if (skywalking) return this.#plan(this.#skywalking(skywalking), 0)
    return opentelemetry && this.#plan(this.#openTelemetry(opentelemetry), opentelemetry.maxTagLength)
  }

  #plan(config: TracerPlan['config'] | undefined, maxTagLength: number): TracerPlan | undefined {
    return (
      config && {
        config,
        maxTagLength,
        spawnsUpstreamSpan: config.kind === 'skywalking' || this.#hasChildSpans(),
        samplesItself: config.kind === 'opentelemetry' && config.sampler !== undefined,
      }
    )
  }

  #hasChildSpans(): boolean {
    const { proxy, registry } = this.#view
    return proxy.type === 'router' && registry.snapshot.features.has('child-spans-of-gateways')
  }

  #service({ service, port }: { readonly service: string; readonly port: number }): ProviderService | undefined {
    return providerService(this.#view.registry, service, port)
  }

  #isAtLeast(version: IstioVersion): boolean {
    return compareVersions(this.#view.proxy.version, version) >= 0
  }

  #zipkin(zipkin: Zipkin): ZipkinPlan | undefined {
    const service = this.#service(zipkin)
    if (!service) return undefined
    const path = zipkin.path || ZIPKIN_PATH
    const { host, cluster } = service
    return {
      kind: 'zipkin',
      longTraceIds: !zipkin.enable64bitTraceId,
      propagatesW3c: zipkin.traceContextOption === 'USE_B3_WITH_W3C_PROPAGATION' && this.#isAtLeast(FIRST_WITH_W3C),
      collector: this.#usesHttpService()
        ? {
            uri: `http://${host}${path}`,
            cluster,
            timeout: zipkin.timeout ?? ZIPKIN_TIMEOUT,
            headers: headersOf(zipkin.headers, this.#env),
          }
        : { ...service, path },
    }
  }

  #usesHttpService(): boolean {
    const { features } = this.#view.registry.snapshot
    return features.has('zipkin-over-http-service') && this.#isAtLeast(FIRST_WITH_HTTP_SERVICE)
  }

  #datadog(datadog: NonNullable<Provider['datadog']>): DatadogPlan | undefined {
    const service = this.#service(datadog)
    return service && { kind: 'datadog', serviceName: this.#view.proxy.serviceCluster, ...service }
  }

  #skywalking(skywalking: NonNullable<Provider['skywalking']>): SkywalkingPlan | undefined {
    const service = this.#service(skywalking)
    return service && { kind: 'skywalking', service: { ...service, timeout: undefined, metadata: [] } }
  }

  #openTelemetry(provider: OpenTelemetry): OpenTelemetryPlan | undefined {
    const service = this.#service(provider)
    if (!service) return undefined
    const sampler = provider.dynatraceSampler && this.#sampler(provider, service)
    if (provider.dynatraceSampler && !sampler) return undefined
    const isEnriched = provider.serviceAttributeEnrichment === 'OTEL_SEMANTIC_CONVENTIONS'
    const { environment, dynatrace } = provider.resourceDetectors ?? {}
    const detectors: OpenTelemetryPlan['detectors'] = [
      ...(environment ? (['environment'] as const) : []),
      ...(dynatrace ? (['dynatrace'] as const) : []),
      ...(isEnriched && !environment ? (['environment'] as const) : []),
    ]
    return {
      kind: 'opentelemetry',
      serviceName: isEnriched ? this.#serviceName() : this.#view.proxy.serviceCluster,
      exporter: provider.http
        ? { http: this.#httpService(service, provider.http, provider.http.path) }
        : {
            grpc: {
              ...service,
              timeout: provider.grpc?.timeout,
              metadata: headersOf(provider.grpc?.initialMetadata ?? [], this.#env),
            },
          },
      detectors,
      sampler,
    }
  }

  #httpService(
    { host, cluster }: ProviderService,
    { timeout, headers }: Pick<NonNullable<OpenTelemetry['http']>, 'timeout' | 'headers'>,
    path: string,
  ): HttpServicePlan {
    return { uri: joinedUrl(host, path), cluster, timeout, headers: headersOf(headers, this.#env) }
  }

  /** The sampler asks its own service, or the one that spans go to over HTTP. */
  #sampler({ dynatraceSampler, http }: OpenTelemetry, exporter: ProviderService): SamplerPlan | undefined {
    if (!dynatraceSampler) return undefined
    const { tenant, clusterId, rootSpansPerMinute, httpService: own } = dynatraceSampler
    const at = own ? this.#service(own) : exporter
    const settings = own ? own.http : http
    if (!at || (!own && !http)) return undefined
    const path = own ? (settings?.path ?? '') : SAMPLER_PATH
    const service = this.#httpService(at, settings ?? { timeout: undefined, headers: [] }, path)
    return { tenant, clusterId, rootSpansPerMinute, service }
  }

  /** The name that OpenTelemetry's conventions for Kubernetes give to the workload. */
  #serviceName(): string {
    const { proxy } = this.#view
    const annotations = labelsOf(proxy.metadata, 'ANNOTATIONS')
    const dot = proxy.id.indexOf('.')
    return (
      annotations.get(ANNOTATIONS.telemetryService) ||
      proxy.labels.get(LABELS.appInstance) ||
      proxy.labels.get(LABELS.appName) ||
      proxy.metadata.get('WORKLOAD_NAME') ||
      proxy.id.slice(0, Math.max(dot, 0)) ||
      UNKNOWN_SERVICE
    )
  }
}

const UNKNOWN_SERVICE = 'unknown_service'

/** The tracer of a provider; undefined for one that does not trace, or whose Service is not found. */
export const planTracer = (view: ProxyView, provider: Provider): TracerPlan | undefined =>
  new Tracers(view).of(provider)
