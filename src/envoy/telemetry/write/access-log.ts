/** Writes access logs. */
import { compact, type EnvoyMessage, type Extension, envoyType, unlessEmpty } from '../../json.ts'
import type { AccessLogPlan } from '../plan/access-logs.ts'
import type { LogFormatter } from '../plan/log-formats.ts'
import type { FileLog, GrpcLog, LogService, LogSink, OtelLog } from '../plan/log-sinks.ts'
import { grpcService } from './services.ts'

export interface AccessLog extends Extension {
  readonly filter?: EnvoyMessage
}

const formatter = (name: string, message: string): Extension => ({
  name: `envoy.formatter.${name}`,
  typedConfig: { '@type': envoyType(`extensions.formatter.${name}.v3.${message}`) },
})

const FORMATTERS: Readonly<Record<LogFormatter, Extension>> = {
  'without-query': formatter('req_without_query', 'ReqWithoutQuery'),
  metadata: formatter('metadata', 'Metadata'),
  cel: formatter('cel', 'Cel'),
}

const formattersOf = (names: readonly LogFormatter[]) => unlessEmpty(names.map((name) => FORMATTERS[name]))

const logType = (name: string): string => envoyType(`extensions.access_loggers.${name}`)

function fileLog(log: FileLog): Extension {
  const text = typeof log.format === 'string'
  return {
    name: 'envoy.access_loggers.file',
    typedConfig: {
      '@type': logType('file.v3.FileAccessLog'),
      path: log.path,
      logFormat: compact({
        textFormatSource: text ? { inlineString: log.format } : undefined,
        jsonFormat: text ? undefined : log.format,
        jsonFormatOptions: text ? undefined : {},
        omitEmptyValues: log.omitEmptyValues || undefined,
        formatters: formattersOf(log.formatters),
      }),
    },
  }
}

const commonConfig = (log: LogService): EnvoyMessage => ({
  logName: log.logName,
  grpcService: grpcService(log.cluster, log.authority),
  transportApiVersion: 'V3',
  filterStateObjectsToLog: log.filterState,
})

function httpLog(log: GrpcLog): Extension {
  return {
    name: 'envoy.access_loggers.http_grpc',
    typedConfig: compact({
      '@type': logType('grpc.v3.HttpGrpcAccessLogConfig'),
      commonConfig: commonConfig(log),
      additionalRequestHeadersToLog: unlessEmpty(log.requestHeaders),
      additionalResponseHeadersToLog: unlessEmpty(log.responseHeaders),
      additionalResponseTrailersToLog: unlessEmpty(log.responseTrailers),
    }),
  }
}

function tcpLog(log: GrpcLog): Extension {
  return {
    name: 'envoy.tcp_grpc_access_log',
    typedConfig: { '@type': logType('grpc.v3.TcpGrpcAccessLogConfig'), commonConfig: commonConfig(log) },
  }
}

function openTelemetryLog(log: OtelLog): Extension {
  const values = log.attributes.map(([key, stringValue]) => ({ key, value: { stringValue } }))
  return {
    name: 'envoy.access_loggers.open_telemetry',
    typedConfig: compact({
      '@type': logType('open_telemetry.v3.OpenTelemetryAccessLogConfig'),
      commonConfig: commonConfig(log),
      body: { stringValue: log.body },
      attributes: values.length > 0 ? { values } : undefined,
      disableBuiltinLabels: true,
      formatters: formattersOf(log.formatters),
    }),
  }
}

function logOf(sink: LogSink): Extension {
  switch (sink.kind) {
    case 'file':
      return fileLog(sink)
    case 'http-grpc':
      return httpLog(sink)
    case 'tcp-grpc':
      return tcpLog(sink)
    default:
      return openTelemetryLog(sink)
  }
}

const expressionFilter = (expression: string): EnvoyMessage => ({
  extensionFilter: {
    name: 'envoy.access_loggers.extension_filters.cel',
    typedConfig: compact({
      '@type': logType('filters.cel.v3.ExpressionFilter'),
      expression: expression || undefined,
    }),
  },
})

/** Connections without a route. */
const UNROUTED: EnvoyMessage = { responseFlagFilter: { flags: ['NR'] } }

function accessLog({ sink, filter }: AccessLogPlan): AccessLog {
  return { ...logOf(sink), ...(filter !== undefined && { filter: expressionFilter(filter) }) }
}

function listenerLog({ sink, filter }: AccessLogPlan): AccessLog {
  const filters = filter === undefined ? UNROUTED : { andFilter: { filters: [UNROUTED, expressionFilter(filter)] } }
  return { ...logOf(sink), filter: filters }
}

/** Access logs of connection managers and TCP proxies; undefined when there are none. */
export const accessLogs = (logs: readonly AccessLogPlan[]): readonly AccessLog[] | undefined =>
  unlessEmpty(logs.map(accessLog))

/** The logs of listeners, which are about connections without a route; undefined when there are none. */
export const listenerLogs = (logs: readonly AccessLogPlan[]): readonly AccessLog[] | undefined =>
  unlessEmpty(logs.map(listenerLog))
