/** What istiods report of the proxies that are connected to them: asked in a cluster, or read from a file. */
import { UserError } from '../../common/errors.ts'
import type { JsonValue } from '../../sources/document.ts'
import { jsonExtents } from '../../sources/json.ts'
import { parseDocuments } from '../../sources/parse.ts'
import { type ConnectedProxy, readSyncz, sortedProxies } from '../../verification/sync/index.ts'
import type { ReportedStatus } from '../dumps/evidence.ts'
import { readText } from '../files/text-file.ts'
import { LiveError } from '../live/index.ts'
import { inParallel } from '../live/pool.ts'
import type { Place } from '../request.ts'
import { askIstiod, type IstiodInstance, placeOfInstance } from './istiod.ts'

const PATH = '/debug/syncz'
/** Instances that are asked at the same time. */
const AT_ONCE = 4

const NOT_SYNCZ = 'an answer of istiod to /debug/syncz, or what `istioctl proxy-status -o json` prints'

/** The values of a text: istioctl prints one after another if there are several istiods. */
function valuesIn(text: string, name: string): readonly JsonValue[] | undefined {
  const extents = jsonExtents(text, { start: 0, end: text.length })
  try {
    if (extents) return extents.map(({ start, end }) => JSON.parse(text.slice(start, end)) as JsonValue)
  } catch {
    return undefined
  }
  const { documents, problems } = parseDocuments({ name, text }, '')
  return problems.some(({ severity }) => severity === 'error') ? undefined : documents.map(({ value }) => value)
}

function proxiesIn(text: string, name: string, istiod: string): readonly ConnectedProxy[] | undefined {
  const values = valuesIn(text, name) ?? []
  const answers = values.map((value) => readSyncz(value, istiod))
  const proxies = answers.flatMap((answer) => answer ?? [])
  return answers.length === 0 || answers.includes(undefined) ? undefined : proxies
}

/**
 * Reads a saved answer.
 * @param path a file, or `-` for standard input
 * @throws UserError when it cannot be read or is something else
 */
export async function readSync(path: string, place: Place): Promise<readonly ConnectedProxy[]> {
  const { text, name } = await readText(path, '--syncz', place)
  const proxies = proxiesIn(text, name, '')
  if (!proxies) throw new UserError(`--syncz ${path}: this is not the status of proxies`, `it takes ${NOT_SYNCZ}`)
  return sortedProxies(proxies)
}

/**
 * Reads the answers in a report of `istioctl bug-report`.
 * @param flag the flag and the path of the report, for messages
 * @throws UserError when there are none, or they are something else
 */
export function reportedSync(statuses: readonly ReportedStatus[], flag: string): readonly ConnectedProxy[] {
  if (statuses.length === 0) {
    throw new UserError(
      `${flag}: the report has no status of proxies`,
      'it has files such as istio/NAMESPACE/POD/debug/syncz',
    )
  }
  const proxies = statuses.flatMap(({ text, source, istiod }) => {
    const found = proxiesIn(text, source, istiod)
    if (!found) throw new UserError(`${flag}: ${source}: this is not the status of proxies`)
    return found
  })
  return sortedProxies(proxies)
}

async function askOne(instance: IstiodInstance): Promise<readonly ConnectedProxy[]> {
  const { status, text } = await askIstiod(instance, PATH)
  const place = placeOfInstance(instance)
  if (status !== 200) throw new LiveError(`${place}: istiod answers ${PATH} with ${status}`)
  const proxies = proxiesIn(text, PATH, instance.pod)
  if (!proxies) throw new LiveError(`${place}: istiod does not answer ${PATH} with the status of proxies`)
  return proxies
}

/** What instances of istiod answered. */
export interface SyncAnswers {
  /** By name. */
  readonly proxies: readonly ConnectedProxy[]
  /** Why some instances could not be asked. */
  readonly failures: readonly LiveError[]
}

/**
 * Asks instances of istiod; each knows the proxies that are connected to it.
 * @throws LiveError when none can be asked
 */
export async function askSync(instances: readonly IstiodInstance[]): Promise<SyncAnswers> {
  const failures: LiveError[] = []
  const answers = await inParallel(instances, AT_ONCE, async (instance) => {
    try {
      return await askOne(instance)
    } catch (error) {
      if (!(error instanceof LiveError)) throw error
      failures.push(error)
      return []
    }
  })
  const [first] = failures
  if (first && failures.length === instances.length) throw first
  return { proxies: sortedProxies(answers.flat()), failures }
}
