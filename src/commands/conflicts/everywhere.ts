/** Conflicts for sidecars in every namespace; those that see the same are reported once. */

import { answerWithoutFixes } from '../../answers/conflicts/answer.ts'
import { type NamespacesAnswer, namespacesReport } from '../../answers/conflicts/namespaces.ts'
import { hasConflicts } from '../../answers/conflicts/report.ts'
import { reportOutput } from '../../answers/report.ts'
import { UserError } from '../../common/errors.ts'
import {
  computeMesh,
  type Mesh,
  notModelledClusters,
  type Snapshot,
  syntheticNode,
  syntheticProxies,
  unresolvedReferences,
  warningsOf,
} from '../../index.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { type Loaded, load } from '../../input/load.ts'
import { viewInMesh } from '../../input/proxy.ts'
import type { InputRequest } from '../../input/request.ts'
import { sharesOfIstiods } from '../../input/revision.ts'
import { inputRequest, proxyRequest } from '../request.ts'
import { type Outcome, quietSession, type Session } from '../session.ts'
import { answerOf } from './answer.ts'
import type { ConflictsOptions } from './options.ts'

/** @throws UserError for options that are for a single proxy */
function checkOptions(options: ConflictsOptions): void {
  const { proxy, node, namespace, watch, fixOut } = options
  const others = { '--proxy': proxy, '--node': node, '-n': namespace, '--watch': watch, '--fix-out': fixOut }
  const [other] = Object.entries(others).find(([, value]) => value !== undefined && value !== false) ?? []
  if (other) throw new UserError(`-A and ${other} exclude each other: -A is about every namespace`)
}

/** Groups of namespaces whose proxies see the same, in the order of their first members. */
function groupsOf(mesh: Mesh): readonly (readonly string[])[] {
  const [...proxies] = syntheticProxies(mesh.scope, 'mesh')
  const together = proxies.map(({ namespaces }) => namespaces).filter((namespaces) => namespaces.length > 0)
  const alone = proxies.flatMap(({ variations }) => variations.map(({ namespace }) => [namespace]))
  return [...together, ...alone].sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}

interface Group {
  readonly mesh: Mesh
  readonly loaded: Loaded
  readonly namespaces: readonly string[]
}

/** The groups of all namespaces, each under its own istiod. */
async function groupsOfInput(input: Loaded, request: InputRequest, session: Session): Promise<readonly Group[]> {
  const mesh = computeMesh(input.snapshot)
  await session.report(notModelledClusters(mesh.registry))
  const shares = await sharesOfIstiods(groupsOf(mesh).flat(), input, request, session)
  const groups = shares.flatMap(({ loaded, namespaces: own }) => {
    const shared = loaded === input ? mesh : computeMesh(loaded.snapshot)
    return groupsOf(shared).map((group) => ({
      mesh: shared,
      loaded,
      namespaces: group.filter((namespace) => own.has(namespace)),
    }))
  })
  const first = ({ namespaces: [namespace = ''] }: Group) => namespace
  return groups.filter(({ namespaces }) => namespaces.length > 0).sort((a, b) => (first(a) < first(b) ? -1 : 1))
}

async function partsOf(
  groups: readonly Group[],
  options: ConflictsOptions,
  session: Session,
): Promise<readonly NamespacesAnswer[]> {
  const quiet = await quietSession(session)
  const parts: NamespacesAnswer[] = []
  for (const { mesh, loaded, namespaces } of groups) {
    const [namespace = ''] = namespaces
    const choose = (snapshot: Snapshot) => ({ node: syntheticNode(namespace, snapshot), problems: [] })
    // Messages about the mesh are printed once.
    const own = parts.length === 0 ? session : quiet
    const proxyInput = await viewInMesh(mesh, loaded, choose, proxyRequest(options), own)
    await own.report(warningsOf(unresolvedReferences(proxyInput.view)))
    await reportUnstatedCapture(proxyInput.proxy, mesh.snapshot, CAPTURE_FLAG, own)
    const { answer } = answerOf(proxyInput, options)
    const before = proxyInput.before && answerWithoutFixes(answer.proxy, proxyInput.before.view, options)
    parts.push({ namespaces, dnsCapture: proxyInput.proxy.dnsCapture, answer, before })
  }
  return parts
}

/** `vipctl conflicts --all-namespaces` */
export async function conflictsEverywhere(options: ConflictsOptions, session: Session): Promise<Outcome> {
  checkOptions(options)
  const request = await inputRequest(options, session)
  const input = await load(request, session, { reads: 'configuration', before: true })
  const parts = await partsOf(await groupsOfInput(input, request, session), options, session)
  const { output: format = 'text', onlyChanges = false } = options
  return {
    output: await reportOutput(
      namespacesReport,
      { answer: parts, before: undefined, onlyChanges },
      format,
      session.target,
    ),
    findings: parts.some(({ answer, before }) => hasConflicts(answer, before, onlyChanges)),
  }
}
