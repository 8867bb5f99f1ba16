/** Conflicts for sidecars in every namespace; those that see the same are reported once. */

import { type NamespacesAnswer, namespacesReport, namespacesText } from '../../answers/conflicts/namespaces.ts'
import { hasConflicts } from '../../answers/conflicts/report.ts'
import { reportOutput } from '../../answers/report.ts'
import { UserError } from '../../common/errors.ts'
import {
  computeMesh,
  type Mesh,
  notModelledClusters,
  syntheticNode,
  syntheticProxies,
  unresolvedReferences,
  warningsOf,
} from '../../index.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { load } from '../../input/load.ts'
import { viewInMesh } from '../../input/proxy.ts'
import { inputRequest, proxyRequest } from '../request.ts'
import { type Outcome, quietSession, type Session } from '../session.ts'
import { answerOf, answerWithoutFixes } from './answer.ts'
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

/** `vipctl conflicts --all-namespaces` */
export async function conflictsEverywhere(options: ConflictsOptions, session: Session): Promise<Outcome> {
  checkOptions(options)
  const input = await load(await inputRequest(options, session), session, { reads: 'configuration', before: true })
  const mesh = computeMesh(input.snapshot)
  await session.report(notModelledClusters(mesh.registry))
  const quiet = await quietSession(session)
  const parts: NamespacesAnswer[] = []
  for (const namespaces of groupsOf(mesh)) {
    const [namespace = ''] = namespaces
    const choose = (snapshot: typeof input.snapshot) => ({ node: syntheticNode(namespace, snapshot), problems: [] })
    // Messages about the mesh are printed once.
    const own = parts.length === 0 ? session : quiet
    const proxyInput = await viewInMesh(mesh, input, choose, proxyRequest(options), own)
    await own.report(warningsOf(unresolvedReferences(proxyInput.view)))
    await reportUnstatedCapture(proxyInput.proxy, mesh.snapshot, CAPTURE_FLAG, own)
    const capture = `DNS capture ${proxyInput.proxy.dnsCapture ? 'on' : 'off'}`
    const proxy = `synthetic sidecars in ${namespacesText(namespaces)}, ${capture}`
    const { answer } = answerOf(proxyInput, options)
    const before = proxyInput.before && answerWithoutFixes(proxy, proxyInput.before.view, options)
    parts.push({ namespaces, answer: { ...answer, proxy }, before })
  }
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
