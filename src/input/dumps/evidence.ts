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

/** The name of a proxy by its pod, as istiod writes it: `web-1.shop`. */
export const nameOfProxy = ({ pod, namespace }: { readonly pod: string; readonly namespace: string }): string =>
  `${pod}.${namespace}`

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

const CONFIGURATION = "Envoy's configuration"
const NAME_TABLE = "istiod's name table of a proxy"
const CLUSTERS = "Envoy's list of clusters"

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
  text.trimStart().startsWith('{') ? valueOf(text, source, CLUSTERS) : text

/** A text that tells what a proxy has, and where it comes from. */
export interface Answer {
  readonly text: string
  readonly source: string
}

/** The answers about one proxy; undefined for what is not known. */
export interface ProxyAnswers {
  readonly dump: Answer
  readonly ndsz: Answer | undefined
  readonly clusters: Answer | undefined
}

/**
 * What a proxy has.
 * @throws UserError when an answer is something else
 */
export function stateOfAnswers({ dump, ndsz, clusters }: ProxyAnswers): ProxyState {
  const state = named(dump.source, () => readConfigDump(valueOf(dump.text, dump.source, CONFIGURATION)))
  const withNames = ndsz
    ? named(ndsz.source, () => withNameTable(state, valueOf(ndsz.text, ndsz.source, NAME_TABLE)))
    : state
  return clusters
    ? named(clusters.source, () => withHosts(withNames, hostsAnswer(clusters.text, clusters.source)))
    : withNames
}

async function answerIn(path: string, flag: string, place: Place): Promise<Answer> {
  return { text: await readText(path, flag, place), source: `${flag} ${path}` }
}

async function stateOf({ configDump, ndsz, clusters }: DumpFiles, place: Place): Promise<ProxyState> {
  return stateOfAnswers({
    dump: await answerIn(configDump, '--config-dump', place),
    ndsz: ndsz === undefined ? undefined : await answerIn(ndsz, '--ndsz', place),
    clusters: clusters === undefined ? undefined : await answerIn(clusters, '--clusters', place),
  })
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

function reportedAnswer(file: ReportFile, name: string): Answer {
  const source = `${name} (${file.path})`
  return { text: textOf(bytesOf(file, source), source), source }
}

function reportedState({ dump, clusters }: ReportedProxy, name: string): ProxyState {
  if (!dump) throw new UserError(`${name}: the report has no configuration of this proxy`)
  return stateOfAnswers({
    dump: reportedAnswer(dump, name),
    ndsz: undefined,
    clusters: clusters && reportedAnswer(clusters, name),
  })
}

/** The answer of an istiod to /debug/syncz. */
export interface ReportedStatus extends Answer {
  /** The pod of istiod. */
  readonly istiod: string
}

/** What a report of `istioctl bug-report` has. */
export interface ReportEvidence {
  readonly proxies: readonly Evidence[]
  /** The answers of istiods to /debug/syncz. */
  readonly statuses: readonly ReportedStatus[]
  /** The objects of its cluster. */
  readonly objects: readonly SourceFile[]
}

/** @throws UserError when it is not a report */
export async function evidenceOfReport(path: string, place: Place): Promise<ReportEvidence> {
  const { proxies, istiods, objects } = await readBugReport(path, place)
  return {
    proxies: proxies.map((proxy) => {
      const name = nameOfProxy(proxy)
      return { name, state: async () => reportedState(proxy, name) }
    }),
    statuses: istiods.map(({ pod, syncz }) => ({ istiod: pod, ...reportedAnswer(syncz, pod) })),
    objects: objects.map((file) => {
      const name = `${path}/${file.path}`
      return { name, text: textOf(bytesOf(file, name), name) }
    }),
  }
}
