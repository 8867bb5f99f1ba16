import { proxyStatusMessage } from '../../answers/proxy-status/message.ts'
import { proxyStatusLines } from '../../answers/proxy-status/table.ts'
import { UserError } from '../../common/errors.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import {
  type ConnectedProxy,
  isEqual,
  isInSync,
  isVerified,
  namespaceOfProxy,
  SYSTEM_NAMESPACE,
  type Verified,
} from '../../index.ts'
import { type OpenClusters, openClusters } from '../../input/admin/clusters.ts'
import { evidenceOfProxies } from '../../input/admin/envoy.ts'
import { type IstiodInstance, istiodInstances } from '../../input/admin/istiod.ts'
import { nameTablesOf } from '../../input/admin/names.ts'
import { proxyFilter, runningProxies } from '../../input/admin/proxies.ts'
import { askSync, readSync, reportedSync } from '../../input/admin/sync.ts'
import { type Evidence, evidenceOfReport, nameOfProxy } from '../../input/dumps/evidence.ts'
import { Verifier } from '../../input/dumps/verify.ts'
import { load } from '../../input/load.ts'
import type { InputRequest } from '../../input/request.ts'
import { namesText } from '../../input/words.ts'
import { clusterRequest, inputRequest, proxyRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { compareAll, optionsOfMesh, reportFailures } from '../verify/compare.ts'
import { REQUIREMENTS } from '../verify/earlier.ts'
import { reportSubject } from '../verify/report.ts'
import { checkOptions, type ProxyStatusOptions } from './options.ts'

type Filter = (proxy: ConnectedProxy) => boolean

/** What istiods and proxies answered. */
interface Answers {
  readonly all: readonly ConnectedProxy[]
  readonly computed?: ReadonlyMap<string, Verified>
}

/** @throws UserError when no istiod runs, LiveError */
async function instancesOf({ clusters }: OpenClusters, { istiod }: InputRequest): Promise<readonly IstiodInstance[]> {
  const instances = await istiodInstances(clusters, istiod)
  if (instances.length > 0) return instances
  const { istioNamespace = SYSTEM_NAMESPACE } = istiod
  const [{ context, server }] = clusters
  throw new UserError(
    `context ${context} (${server}): no istiod runs in namespace ${istioNamespace}`,
    'set the namespace of istiod with -i',
  )
}

async function compareWith(
  input: InputRequest,
  evidence: readonly Evidence[],
  session: Session,
): Promise<ReadonlyMap<string, Verified>> {
  const loaded = await load(input, session, REQUIREMENTS)
  const verifier = new Verifier(loaded, { input, proxy: proxyRequest({}) }, session)
  const verified = await compareAll(verifier, evidence, session)
  await reportFailures(verified, session)
  return new Map(verified.map((each) => [each.name, each]))
}

/** How many proxies a message names. */
const MOST_NAMED = 5

/** Compares the running ones of connected proxies with the mesh of the request. */
async function compared(
  { clusters }: OpenClusters,
  input: InputRequest,
  {
    instances,
    all,
    isWanted,
  }: { instances: readonly IstiodInstance[]; all: readonly ConnectedProxy[]; isWanted: Filter },
  session: Session,
): Promise<ReadonlyMap<string, Verified>> {
  const byName = new Map(all.map((proxy) => [proxy.name, proxy]))
  const running = await runningProxies(clusters, { names: [], namespace: input.namespace }, session)
  const lost = running.map(nameOfProxy).filter((name) => !byName.has(name))
  const { revision } = input.istiod
  if (lost.length > 0) {
    const which = revision === undefined ? 'an istiod' : `an istiod of revision ${revision}`
    await session.warn(`proxies that are not connected to ${which}: ${namesText(lost, MOST_NAMED)}`)
  }
  const wanted = running.filter((proxy) => {
    const connected = byName.get(nameOfProxy(proxy))
    return connected !== undefined && isWanted(connected)
  })
  return compareWith(input, evidenceOfProxies(wanted, nameTablesOf(instances, all, session)), session)
}

async function askReport(
  path: string,
  options: ProxyStatusOptions,
  isWanted: Filter,
  session: Session,
): Promise<Answers> {
  const flag = `--bug-report ${path}`
  if (!options.computed) return { all: reportedSync((await evidenceOfReport(path, session.io)).statuses, flag) }
  const { evidence, statuses, input } = await reportSubject(path, options, session)
  const all = reportedSync(statuses, flag)
  const wanted = new Set(all.filter(isWanted).map(({ name }) => name))
  const own = evidence.filter(({ name }) => wanted.has(name))
  return { all, computed: await compareWith(input, own, session) }
}

async function askClusters(options: ProxyStatusOptions, isWanted: Filter, session: Session): Promise<Answers> {
  const input = await inputRequest(optionsOfMesh(options), session)
  const open = await openClusters(input, clusterRequest(options), 'istiod can be asked', session)
  try {
    const instances = await instancesOf(open, input)
    const { proxies: all, failures } = await askSync(instances)
    for (const { message, hint } of failures) {
      await session.error(`the proxies of an istiod are missing: ${message}`, hint)
    }
    if (!options.computed) return { all }
    return { all, computed: await compared(open, input, { instances, all, isWanted }, session) }
  } finally {
    open.close()
  }
}

function filterOf(globs: readonly string[], { namespace }: ProxyStatusOptions): Filter {
  const matches = proxyFilter(globs)
  return (proxy) => (namespace === undefined || namespaceOfProxy(proxy) === namespace) && matches(proxy.name)
}

async function answersOf(options: ProxyStatusOptions, isWanted: Filter, session: Session): Promise<Answers> {
  const { syncz, bugReport } = options
  if (syncz !== undefined) return { all: await readSync(syncz, session.io) }
  if (bugReport !== undefined) return askReport(bugReport, options, isWanted, session)
  return askClusters(options, isWanted, session)
}

/** `vipctl proxy-status` */
export async function proxyStatus(
  globs: readonly string[],
  options: ProxyStatusOptions,
  session: Session,
): Promise<Outcome> {
  checkOptions(options)
  const { output: format = 'text', syncz, bugReport } = options
  const isWanted = filterOf(globs, options)
  const { all, computed } = await answersOf(options, isWanted, session)
  const proxies = all.filter(isWanted)
  const asked = syncz === undefined && bugReport === undefined ? Date.now() : undefined
  const answer = { proxies, some: all.length > 0, asked, computed }
  const forms: Forms = { lines: (width) => proxyStatusLines(answer, width), message: () => proxyStatusMessage(answer) }
  const differs = [...(computed?.values() ?? [])].some((each) => isVerified(each) && !isEqual(each))
  return {
    output: await formatOutput(format, forms, session.target),
    findings: differs || proxies.some((proxy) => !isInSync(proxy)),
  }
}
