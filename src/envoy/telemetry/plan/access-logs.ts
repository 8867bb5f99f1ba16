/** Which access logs a proxy has (pilot/pkg/model/telemetry.go mergeLogs, core/accesslog.go). */
import { compareBytes } from '../../../common/bytes.ts'
import type { AccessLogging } from '../../../kinds/messages/telemetry.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type LogSink, type LogSinks, MESH_LOG_SERVICE } from './log-sinks.ts'
import { appliesTo, type Mode } from './mode.ts'
import { findProvider, namesOf } from './providers.ts'

export interface AccessLogPlan {
  readonly sink: LogSink
  /** The expression in CEL that requests and connections must satisfy; undefined to log all. */
  readonly filter: string | undefined
}

/** The logs of one side of a proxy. */
export interface AccessLogsPlan {
  readonly http: readonly AccessLogPlan[]
  readonly tcp: readonly AccessLogPlan[]
  /** Of connections that match no filter chain. */
  readonly listener: readonly AccessLogPlan[]
}

/** What the entries say about a provider. */
interface Setting {
  readonly isOff: boolean
  readonly filter: string | undefined
}

const ON: Setting = { isOff: false, filter: undefined }
const OFF: Setting = { isOff: true, filter: undefined }

type Levels = readonly (readonly AccessLogging[])[]

/** The providers in scope, from the last level that names any, and the filter of the last entry that names each. */
function scopeOf(levels: Levels, defaults: readonly string[], mode: Mode) {
  let scope: ReadonlySet<string> = new Set(defaults)
  const settings = new Map<string, Setting>()
  for (const level of levels) {
    const named = new Set<string>()
    for (const entry of level) {
      if (!appliesTo(entry.match, mode)) continue
      for (const name of namesOf(entry.providers)) {
        named.add(name)
        settings.set(name, { isOff: false, filter: entry.filter?.expression })
      }
    }
    if (named.size > 0) scope = named
  }
  return { scope, settings }
}

/**
 * Merges the entries of all Telemetries that apply.
 * @param levels the entries of each Telemetry that has any, the most general first
 * @param defaults the mesh's default providers
 */
function mergeEntries(levels: Levels, defaults: readonly string[], mode: Mode): ReadonlyMap<string, Setting> {
  if (levels.length === 0) return new Map(defaults.map((name) => [name, ON]))
  const { scope, settings } = scopeOf(levels, defaults, mode)
  const merged = new Map<string, Setting>()
  let parent = defaults
  for (const entry of levels.flat()) {
    const own = namesOf(entry.providers)
    parent = own.length > 0 ? own : parent
    if (!appliesTo(entry.match, mode)) continue
    for (const name of parent) {
      if (scope.has(name)) merged.set(name, entry.disabled === true ? OFF : (settings.get(name) ?? ON))
    }
  }
  return merged
}

/** The logs of the mesh configuration, which apply if providers leave the logs open. */
function logsOfMesh({ registry }: ProxyView, sinks: LogSinks): AccessLogsPlan {
  const { accessLogFile, enableEnvoyAccessLogService } = registry.snapshot.mesh
  const file = accessLogFile === '' ? [] : [sinks.ofMesh(accessLogFile)]
  const logsTo = (place: keyof typeof MESH_LOG_SERVICE): readonly AccessLogPlan[] =>
    [...file, ...(enableEnvoyAccessLogService ? [MESH_LOG_SERVICE[place]] : [])].map((sink) => ({
      sink,
      filter: undefined,
    }))
  return { http: logsTo('http'), tcp: logsTo('tcp'), listener: logsTo('listener') }
}

/**
 * Plans the access logs of one side of a proxy: those of providers, otherwise those of the mesh configuration. The
 * latter do not apply where a provider is turned off.
 * @param levels the entries of each Telemetry that has any, the most general first
 * @param sinks those of the proxy, which both sides share
 */
export function planAccessLogs(view: ProxyView, levels: Levels, mode: Mode, sinks: LogSinks): AccessLogsPlan {
  const { mesh } = view.registry.snapshot
  const settings = mergeEntries(levels, mesh.defaultProviders?.accessLogging ?? [], mode)
  const known = [...settings].flatMap(([name, { isOff, filter }]) => {
    const provider = findProvider(mesh, name)
    const sink = provider && sinks.ofProvider(provider)
    return sink ? [{ name: provider.name, isOff, log: { sink, filter } }] : []
  })
  if (known.length === 0) return logsOfMesh(view, sinks)
  const logs = known
    .filter(({ isOff }) => !isOff)
    .sort((a, b) => compareBytes(a.name, b.name))
    .map(({ log }) => log)
  return { http: logs, tcp: logs, listener: logs }
}
