/** Telemetry (istio.io/api telemetry/v1alpha1/telemetry.proto). */
import {
  bool,
  double,
  duration,
  enumeration,
  type Infer,
  list,
  map,
  message,
  optional,
  string,
} from '../schema/index.ts'
import { LabelSelectorSpec, PolicyTargetReference } from './selector.ts'

/** Whose traffic an entry is about; other names than those of extensions, with both as the default. */
const TelemetryMode = enumeration(['CLIENT_AND_SERVER', 'CLIENT', 'SERVER'])
export type TelemetryMode = Infer<typeof TelemetryMode>

const ProviderRef = message('ProviderRef', { name: string })
export type ProviderRef = Infer<typeof ProviderRef>

const TracingSelector = message('TracingSelector', { mode: TelemetryMode })
const LogSelector = message('LogSelector', { mode: TelemetryMode })

const Literal = message('Literal', { value: string })
const Environment = message('Environment', { name: string, defaultValue: string })
const RequestHeader = message('RequestHeader', { name: string, defaultValue: string })
const Formatter = message('Formatter', { value: string })

const CustomTag = message(
  'CustomTag',
  {
    literal: optional(Literal),
    environment: optional(Environment),
    header: optional(RequestHeader),
    formatter: optional(Formatter),
  },
  { oneofs: [['literal', 'environment', 'header', 'formatter']] },
)
export type CustomTag = Infer<typeof CustomTag>

export const Tracing = message('Tracing', {
  match: optional(TracingSelector),
  providers: list(ProviderRef),
  randomSamplingPercentage: optional(double),
  disableSpanReporting: optional(bool),
  customTags: optional(map(CustomTag)),
  useRequestIdForTraceSampling: optional(bool),
  enableIstioTags: optional(bool),
  disableContextPropagation: optional(bool),
})
export type Tracing = Infer<typeof Tracing>

const IstioMetric = enumeration([
  'ALL_METRICS',
  'REQUEST_COUNT',
  'REQUEST_DURATION',
  'REQUEST_SIZE',
  'RESPONSE_SIZE',
  'TCP_OPENED_CONNECTIONS',
  'TCP_CLOSED_CONNECTIONS',
  'TCP_SENT_BYTES',
  'TCP_RECEIVED_BYTES',
  'GRPC_REQUEST_MESSAGES',
  'GRPC_RESPONSE_MESSAGES',
])
export type IstioMetric = Infer<typeof IstioMetric>

const MetricSelector = message(
  'MetricSelector',
  { metric: optional(IstioMetric), customMetric: optional(string), mode: TelemetryMode },
  { oneofs: [['metric', 'customMetric']] },
)
export type MetricSelector = Infer<typeof MetricSelector>

const TagOverride = message('TagOverride', { operation: enumeration(['UPSERT', 'REMOVE']), value: string })
export type TagOverride = Infer<typeof TagOverride>

const MetricsOverrides = message('MetricsOverrides', {
  match: optional(MetricSelector),
  disabled: optional(bool),
  tagOverrides: map(TagOverride),
})
export type MetricsOverrides = Infer<typeof MetricsOverrides>

export const Metrics = message('Metrics', {
  providers: list(ProviderRef),
  overrides: list(MetricsOverrides),
  reportingInterval: duration,
})
export type Metrics = Infer<typeof Metrics>

const AccessLoggingFilter = message('Filter', { expression: string })

export const AccessLogging = message('AccessLogging', {
  match: optional(LogSelector),
  providers: list(ProviderRef),
  disabled: optional(bool),
  filter: optional(AccessLoggingFilter),
})
export type AccessLogging = Infer<typeof AccessLogging>

export const Telemetry = message('Telemetry', {
  selector: optional(LabelSelectorSpec),
  targetRef: optional(PolicyTargetReference),
  targetRefs: list(PolicyTargetReference),
  tracing: list(Tracing),
  metrics: list(Metrics),
  accessLogging: list(AccessLogging),
})
export type Telemetry = Infer<typeof Telemetry>
