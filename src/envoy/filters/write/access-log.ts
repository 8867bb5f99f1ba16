/** Writes down access logs. */
import { compact, type EnvoyMessage, type Extension, envoyType } from '../../json.ts'
import type { FileLog } from '../plan/access-log.ts'

export interface AccessLog extends Extension {
  readonly filter?: EnvoyMessage
}

const WITHOUT_QUERY = '%REQ_WITHOUT_QUERY'

function needsFormatter(format: FileLog['format']): boolean {
  if (typeof format === 'string') return format.includes(WITHOUT_QUERY)
  return Object.values(format).some((value) => typeof value === 'string' && value.includes(WITHOUT_QUERY))
}

const FORMATTERS = [
  {
    name: 'envoy.formatter.req_without_query',
    typedConfig: { '@type': envoyType('extensions.formatter.req_without_query.v3.ReqWithoutQuery') },
  },
]

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
        formatters: needsFormatter(log.format) ? FORMATTERS : undefined,
      }),
    },
  }
}

/** Logs of filters; undefined when there is none. */
export function accessLogs(logs: readonly FileLog[]): readonly AccessLog[] | undefined {
  return logs.length > 0 ? logs.map(accessLog) : undefined
}

/** The same log, only for connections for which there was no route: listeners log these. */
export function withoutRoute(log: AccessLog): AccessLog {
  return { ...log, filter: { responseFlagFilter: { flags: ['NR'] } } }
}
