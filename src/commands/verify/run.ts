import { verifyMarkdown } from '../../answers/verify/markdown.ts'
import { verifyMessage } from '../../answers/verify/message.ts'
import { verifyLines } from '../../answers/verify/text.ts'
import { UserError } from '../../common/errors.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { isEqual, isVerified, type Verified } from '../../index.ts'
import { openClusters } from '../../input/admin/clusters.ts'
import { evidenceOfProxies } from '../../input/admin/envoy.ts'
import { nameTables } from '../../input/admin/names.ts'
import { proxyFilter, runningProxies } from '../../input/admin/proxies.ts'
import { type Evidence, evidenceOfFiles } from '../../input/dumps/evidence.ts'
import { Verifier } from '../../input/dumps/verify.ts'
import { type Loaded, load } from '../../input/load.ts'
import { nodeChooser } from '../../input/proxy.ts'
import type { InputRequest, ViewRequest } from '../../input/request.ts'
import { checkProxyOptions, clusterRequest, inputRequest, proxyRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { compareAll, optionsOfMesh, reportFailures } from './compare.ts'
import { earlierMesh, REQUIREMENTS } from './earlier.ts'
import type { VerifyOptions } from './options.ts'
import { reportSubject } from './report.ts'

/** @throws UserError for options that exclude each other */
function checkOptions(pods: readonly string[], options: VerifyOptions): void {
  checkProxyOptions(options)
  const { configDump, bugReport, clusters, ndsz, proxy, node } = options
  const ofOne = { '--clusters': clusters, '--ndsz': ndsz, '--proxy': proxy, '--node': node }
  const [flag] = Object.entries(ofOne).find(([, value]) => value !== undefined) ?? []
  if (configDump !== undefined) {
    if (bugReport !== undefined) throw excluding('--bug-report', '--config-dump')
    if (pods.length > 0) throw excluding('--config-dump', 'names of pods')
  } else if (flag !== undefined) {
    throw bugReport === undefined
      ? new UserError(`${flag} belongs to a dump of a proxy`, '--config-dump FILE names it')
      : excluding('--bug-report', flag)
  }
}

const excluding = (one: string, other: string): UserError =>
  new UserError(
    `${one} and ${other} exclude each other`,
    one === '--bug-report' ? 'a report has its own proxies' : 'the dump tells which proxy it is of',
  )

/** What to compare, and where the mesh is. */
interface Subject {
  readonly evidence: readonly Evidence[]
  readonly input: InputRequest
  /** Ends the connections to a cluster. */
  readonly close?: () => void
}

async function namedInReport(
  path: string,
  names: readonly string[],
  options: VerifyOptions,
  session: Session,
): Promise<Subject> {
  const { evidence: all, input } = await reportSubject(path, options, session)
  const matches = proxyFilter(names)
  const evidence = all.filter(({ name }) => matches(name))
  if (evidence.length === 0) throw new UserError(`--bug-report ${path}: has no proxy ${names.join(' or ')}`)
  return { evidence, input }
}

async function fileSubject(configDump: string, options: VerifyOptions, session: Session): Promise<Subject> {
  const { ndsz, clusters, node } = options
  const input = await inputRequest(options, session, [node, configDump, ndsz, clusters])
  return { evidence: [evidenceOfFiles({ configDump, ndsz, clusters }, input)], input }
}

/** The proxies that run in a cluster; files in the options are the mesh to compare with. */
async function liveSubject(names: readonly string[], options: VerifyOptions, session: Session): Promise<Subject> {
  const { namespace } = options
  const input = await inputRequest(optionsOfMesh(options), session)
  const { clusters, close } = await openClusters(input, clusterRequest(options), 'proxies can be asked', session)
  try {
    const proxies = await runningProxies(clusters, { names, namespace }, session)
    if (proxies.length === 0) {
      const [{ context, server }] = clusters
      const where = namespace === undefined ? '' : ` in namespace ${namespace}`
      throw new UserError(`context ${context} (${server}): no proxy runs${where}`, '`vipctl proxies` says why')
    }
    // A proxy is connected to an istiod of its own revision, whichever is computed.
    const { istioNamespace } = input.istiod
    const evidence = evidenceOfProxies(proxies, await nameTables(clusters, { istioNamespace }, session))
    return { evidence, input, close }
  } catch (error) {
    close()
    throw error
  }
}

function subjectOf(names: readonly string[], options: VerifyOptions, session: Session): Promise<Subject> {
  const { bugReport, configDump } = options
  if (bugReport !== undefined) return namedInReport(bugReport, names, options, session)
  if (configDump !== undefined) return fileSubject(configDump, options, session)
  return liveSubject(names, options, session)
}

async function verifierOf(
  loaded: Loaded,
  request: ViewRequest,
  options: VerifyOptions,
  session: Session,
): Promise<Verifier> {
  const { proxy, node, before } = options
  const isNamed = proxy !== undefined || node !== undefined
  const given = isNamed ? await nodeChooser(request.proxy, request.input, loaded.namespace, session) : undefined
  const earlier = before === undefined ? undefined : await earlierMesh(before, request.input, session)
  return new Verifier(loaded, request, session, { given, earlier })
}

async function verifyAll(
  { evidence, input, close }: Subject,
  options: VerifyOptions,
  session: Session,
): Promise<readonly Verified[]> {
  try {
    const request = { input, proxy: proxyRequest(options) }
    const loaded = await load(input, session, REQUIREMENTS)
    if (session.failed && loaded.documents.length === 0)
      throw new UserError('the mesh cannot be read, so nothing is compared')
    const verifier = await verifierOf(loaded, request, options, session)
    return await compareAll(verifier, evidence, session)
  } finally {
    close?.()
  }
}

/** `vipctl verify` */
export async function verify(names: readonly string[], options: VerifyOptions, session: Session): Promise<Outcome> {
  checkOptions(names, options)
  const { output: format = 'text' } = options
  const all = await verifyAll(await subjectOf(names, options, session), options, session)
  await reportFailures(all, session)
  const findings = all.some((each) => isVerified(each) && !isEqual(each))
  if (format === 'markdown') return { output: verifyMarkdown(all), findings }
  // Without any result, the error says everything.
  const isNothing = format === 'text' && !all.some(isVerified)
  const forms: Forms = {
    lines: (width, tables) => verifyLines(all, width, tables),
    message: () => verifyMessage(all),
    draws: true,
  }
  return { output: isNothing ? [] : await formatOutput(format, forms, session.target), findings }
}
