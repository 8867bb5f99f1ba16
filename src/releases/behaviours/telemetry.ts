import type { Behaviour } from '../behaviour.ts'

/** What proxies report of their traffic, and the code that extends them. */
export const TELEMETRY = {
  'traffic-extensions': {
    does: 'istiod reads TrafficExtensions, and WasmPlugins as if they were TrafficExtensions: the filters of a WasmPlugin are named extensions.istio.io/trafficextension/NAMESPACE.NAME~istio-translated-wasmplugin instead of extensions.istio.io/wasmplugin/NAMESPACE.NAME.',
    touches: ['lds'],
    since: ['1.30.0'],
    upgrade: 'EnvoyFilters that name the filter of a WasmPlugin need its new name.',
    source: '#59052',
  },
  'zipkin-over-http-service': {
    does: 'Proxies from 1.29 on are told the Zipkin collector as an HTTP service (collectorService), with timeout and headers.',
    touches: ['lds'],
    since: ['1.29.0'],
    upgrade: 'Spans are sent with a timeout, five seconds by default.',
    source: '#58307',
  },
  'child-spans-of-gateways': {
    does: 'Spans of gateways with a tracing provider have a child span for the request to the service (spawnUpstreamSpan).',
    touches: ['lds'],
    since: ['1.28.0'],
    upgrade: 'Traces have one more span for each gateway.',
    source: '#55676',
  },
  'tags-without-value': {
    does: 'A custom tag of a Telemetry that states none of its sources is sent without a value.',
    touches: ['lds'],
    since: ['1.29.0'],
    upgrade: 'Envoy refuses listeners with such a tag, which was left out before.',
    source: '#58372',
  },
  'peer-state-of-all-proxies': {
    does: 'Logs to OpenTelemetry collectors carry the state of peers under its names of all proxies; log services get the names of proxies from 1.24 on, whatever the version of the proxy.',
    touches: ['lds'],
    since: ['1.29.0'],
    upgrade: 'Collectors receive up to four more attributes (wasm.upstream_peer and others) with each log.',
    source: '#58627',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
