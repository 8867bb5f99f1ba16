/** Writes access logs. */
import { compact, type EnvoyMessage, type Extension, envoyType, unlessEmpty } from '../../json.ts'
import type { FileLog, LogFormatter } from '../plan/access-log.ts'

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

function accessLog(log: FileLog): AccessLog {
  const text = typeof log.format === 'string'
  return {
    name: 'envoy.access_loggers.file',
    typedConfig: {
      '@type': envoyType('extensions.access_loggers.file.v3.FileAccessLog'),
      path: log.path,
      logFormat: compact({
        textFormatSource: text ? { inlineString: log.format } : undefined,
        jsonFormat: text ? undefined : log.format,
        jsonFormatOptions: text ? undefined : {},
        omitEmptyValues: log.omitEmptyValues || undefined,
        formatters: unlessEmpty(log.formatters.map((name) => FORMATTERS[name])),
      }),
    },
  }
}

/** Access logs of filters; undefined when there are none. */
export function accessLogs(logs: readonly FileLog[]): readonly AccessLog[] | undefined {
  return logs.length > 0 ? logs.map(accessLog) : undefined
}

/** The same log for connections without a route only, used by listeners. */
export function withoutRoute(log: AccessLog): AccessLog {
  return { ...log, filter: { responseFlagFilter: { flags: ['NR'] } } }
}
