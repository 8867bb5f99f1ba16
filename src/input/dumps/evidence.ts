/** What tells what proxies have: files that the command line names, or the report of a cluster. */
import { UserError } from '../../common/errors.ts'
import type { JsonValue, SourceFile } from '../../sources/document.ts'
import {
  NotModelledError,
  type ProxyState,
  readConfigDump,
  withHosts,
  withNameTable,
} from '../../verification/index.ts'
import { failureText } from '../files/failure.ts'
import { TooLargeError } from '../files/read.ts'
import type { Place } from '../request.ts'
import { type ReportedProxy, type ReportFile, readBugReport } from './bug-report.ts'
import { readText, textOf, valueOf } from './text.ts'

/** One proxy, with what is known about it. */
export interface Evidence {
  /** `web-1.shop`, or the name of a file. */
  readonly name: string
  /**
   * What the proxy has. Read when asked for, because a report may be large.
   * @throws UserError when it cannot be read
   */
  state(): Promise<ProxyState>
}

/** The files of one proxy. */
export interface DumpFiles {
  readonly configDump: string
  /** istiod's answer to /debug/ndsz. */
  readonly ndsz: string | undefined
  /** Envoy's answer to /clusters. */
  readonly clusters: string | undefined
}

/** Repeats an error with the name of its source. */
function named<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError && !error.message.startsWith(name) && !(error instanceof NotModelledError)) {
      throw new UserError(`${name}: ${error.message}`, error.hint)
    }
    throw error
  }
}

/** Envoy's list of clusters is text, or JSON if it was asked for that. */
const hostsAnswer = (text: string, source: string): JsonValue =>
  text.trimStart().startsWith('{') ? valueOf(text, source) : text

async function stateOf({ configDump, ndsz, clusters }: DumpFiles, place: Place): Promise<ProxyState> {
  const flag = '--config-dump'
  const text = await readText(configDump, flag, place)
  const name = `${flag} ${configDump}`
  let state = named(name, () => readConfigDump(valueOf(text, name)))
  if (ndsz !== undefined) {
    const source = `--ndsz ${ndsz}`
    const answer = await readText(ndsz, '--ndsz', place)
    const before = state
    state = named(source, () => withNameTable(before, valueOf(answer, source)))
  }
  if (clusters !== undefined) {
    const source = `--clusters ${clusters}`
    const answer = await readText(clusters, '--clusters', place)
    const before = state
    state = named(source, () => withHosts(before, hostsAnswer(answer, source)))
  }
  return state
}

/** The proxy that dumps in files are of. */
export const evidenceOfFiles = (files: DumpFiles, place: Place): Evidence => ({
  name: files.configDump,
  state: () => stateOf(files, place),
})

function bytesOf(file: ReportFile, name: string): Buffer {
  try {
    return file.bytes()
  } catch (error) {
    throw new UserError(`${name}: ${error instanceof TooLargeError ? error.message : failureText(error)}`)
  }
}

function reportedState({ dump, clusters }: ReportedProxy, name: string): ProxyState {
  if (!dump) throw new UserError(`${name}: the report has no configuration of this proxy`)
  const source = `${name} (${dump.path})`
  const state = named(source, () => readConfigDump(valueOf(textOf(bytesOf(dump, source), source), source)))
  if (!clusters) return state
  const hosts = `${name} (${clusters.path})`
  return named(hosts, () => withHosts(state, hostsAnswer(textOf(bytesOf(clusters, hosts), hosts), hosts)))
}

/** What a report of `istioctl bug-report` has. */
export interface ReportEvidence {
  readonly proxies: readonly Evidence[]
  /** The objects of its cluster. */
  readonly objects: readonly SourceFile[]
}

/** @throws UserError when it is not a report */
export async function evidenceOfReport(path: string, place: Place): Promise<ReportEvidence> {
  const { proxies, objects } = await readBugReport(path, place)
  return {
    proxies: proxies.map((proxy) => {
      const name = `${proxy.pod}.${proxy.namespace}`
      return { name, state: async () => reportedState(proxy, name) }
    }),
    objects: objects.map((file) => {
      const name = `${path}/${file.path}`
      return { name, text: textOf(bytesOf(file, name), name) }
    }),
  }
}
