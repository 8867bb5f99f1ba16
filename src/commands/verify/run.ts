import { verifyMarkdown } from '../../answers/verify/markdown.ts'
import { verifyMessage } from '../../answers/verify/message.ts'
import { verifyLines } from '../../answers/verify/text.ts'
import { UserError } from '../../common/errors.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { isEqual, isVerified, type Verified } from '../../index.ts'
import { type Evidence, evidenceOfFiles, evidenceOfReport } from '../../input/dumps/evidence.ts'
import { type EarlierMesh, Verifier } from '../../input/dumps/verify.ts'
import { type Loaded, load } from '../../input/load.ts'
import { nodeChooser } from '../../input/proxy.ts'
import type { InputRequest, ViewRequest } from '../../input/request.ts'
import { checkProxyOptions, inputRequest, proxyRequest } from '../request.ts'
import { type Outcome, quietSession, type Session } from '../session.ts'
import type { VerifyOptions } from './options.ts'

function checkOptions(options: VerifyOptions): void {
  checkProxyOptions(options)
  const { configDump, bugReport, clusters, ndsz, proxy, node } = options
  if (configDump === undefined && bugReport === undefined) {
    throw new UserError(
      'nothing tells what a proxy has',
      '--config-dump FILE reads the configuration of one proxy, --bug-report PATH that of many',
    )
  }
  if (bugReport === undefined) return
  const others = {
    '--config-dump': configDump,
    '--clusters': clusters,
    '--ndsz': ndsz,
    '--proxy': proxy,
    '--node': node,
  }
  for (const [flag, value] of Object.entries(others)) {
    if (value !== undefined)
      throw new UserError(`--bug-report and ${flag} exclude each other`, 'a report has its own proxies')
  }
}

/** What to compare, and where the mesh is. */
interface Subject {
  readonly evidence: readonly Evidence[]
  readonly input: InputRequest
}

/** Without files of the user, a report's own objects are the mesh. */
async function reportSubject(path: string, options: VerifyOptions, session: Session): Promise<Subject> {
  const input = await inputRequest(options, session)
  const { proxies, objects } = await evidenceOfReport(path, input)
  const isOwn = input.mesh.kind === 'files' || input.over.length > 0 || options.context !== undefined
  if (isOwn || options.useKube) return { evidence: proxies, input }
  if (objects.length === 0) {
    throw new UserError(
      `--bug-report ${path}: the report was made without the cluster's objects`,
      'name manifests with -f',
    )
  }
  await session.note('the objects in the report are the mesh; -f names others')
  return { evidence: proxies, input: { ...input, mesh: { kind: 'files', paths: [] }, rendered: objects } }
}

async function fileSubject(configDump: string, options: VerifyOptions, session: Session): Promise<Subject> {
  const { ndsz, clusters, node } = options
  const input = await inputRequest(options, session, [node, configDump, ndsz, clusters])
  return { evidence: [evidenceOfFiles({ configDump, ndsz, clusters }, input)], input }
}

const requirements = { reads: 'configuration', release: false } as const

/** What is wrong with the older version has been said when it was the newest. */
async function earlierMesh(path: string, input: InputRequest, session: Session): Promise<EarlierMesh> {
  const quiet = await quietSession(session)
  const request = { ...input, mesh: { kind: 'files', paths: [path] }, over: [], rendered: undefined } as const
  return { name: path, loaded: await load(request, quiet, requirements) }
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

/** An input error is one of the run, unless vipctl could not have compared the proxy anyway. */
async function reportFailures(all: readonly Verified[], session: Session): Promise<void> {
  const compared = all.filter(isVerified).length
  for (const each of all) {
    if (isVerified(each)) continue
    const { message, hint } = each.error
    const text = message.includes(each.name) ? message : `${each.name}: ${message}`
    if (each.notModelled && compared > 0) await session.warn(text, hint)
    else await session.error(text, hint)
  }
}

/** `vipctl verify` */
export async function verify(_: readonly string[], options: VerifyOptions, session: Session): Promise<Outcome> {
  checkOptions(options)
  const { bugReport, configDump, output: format = 'text' } = options
  const { evidence, input } =
    bugReport === undefined
      ? await fileSubject(configDump as string, options, session)
      : await reportSubject(bugReport, options, session)
  const request = { input, proxy: proxyRequest(options) }
  const verifier = await verifierOf(await load(input, session, requirements), request, options, session)
  const all: Verified[] = []
  for (const each of evidence) all.push(await verifier.verify(each))
  await reportFailures(all, session)
  const findings = all.some((each) => isVerified(each) && !isEqual(each))
  if (format === 'markdown') return { output: verifyMarkdown(all), findings }
  // Without any result, the error says everything.
  const isNothing = format === 'text' && !all.some(isVerified)
  const forms: Forms = { lines: (width) => verifyLines(all, width), message: () => verifyMessage(all) }
  return { output: isNothing ? [] : await formatOutput(format, forms, session.target), findings }
}
