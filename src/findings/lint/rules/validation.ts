/** One rule per cause for which istiod's admission check rejects an object or warns about it. */

import type { ServiceEntryResource } from '../../../kinds/index.ts'
import { isServiceEntry } from '../../../kinds/istio/service-entry.ts'
import type { ServicePort } from '../../../kinds/messages/service-entry.ts'
import { issueText } from '../../../resources/issue-text.ts'
import { judgeOf } from '../../judge.ts'
import type { RuleCode } from '../catalogue/validation/cause.ts'
import { type VALIDATION_ENTRIES, VALIDATION_RULE_CODES } from '../catalogue/validation.ts'
import type { FixProposal } from '../proposal.ts'
import type { Found, MeshRule, RulesOf } from '../rule.ts'
import { type Judgement, judgementsOf } from './judgements.ts'

function messageOf({ resource, issue, rejects }: Judgement): string {
  const text = issue.hint === undefined ? issueText(issue) : `${issueText(issue)} (${issue.hint})`
  return rejects ? `${judgeOf(resource)} rejects the object: ${text}` : text
}

/** The indexes of ports that are completely equal to earlier ones. */
function equalPorts(ports: readonly ServicePort[]): readonly number[] {
  const seen = new Set<string>()
  const out: number[] = []
  for (const [index, { number, name, protocol, targetPort }] of ports.entries()) {
    const port = JSON.stringify([number, name, protocol, targetPort])
    if (seen.has(port)) out.push(index)
    seen.add(port)
  }
  return out
}

interface EqualPorts {
  readonly indexes: ReadonlySet<number>
  /** One proposal for all findings: ports of an entry that equal earlier ones can be removed. */
  readonly proposal: FixProposal
}

const EQUAL_PORTS = new WeakMap<ServiceEntryResource, EqualPorts>()

function equalPortsOf(resource: ServiceEntryResource): EqualPorts {
  const known = EQUAL_PORTS.get(resource)
  if (known) return known
  const { ports } = resource.spec
  const indexes = equalPorts(ports)
  const numbers = [...new Set(indexes.map((index) => ports[index]?.number))]
  const edits = indexes.map((index) => ({ path: ['spec', 'ports', index], remove: true }) as const)
  const proposal: FixProposal = {
    title: `remove duplicates: port ${numbers.join(', ')}`,
    changes: [{ kind: 'edit', resource, edits }],
    safe: true,
  }
  const found = { indexes: new Set(indexes), proposal }
  EQUAL_PORTS.set(resource, found)
  return found
}

function* withoutEqualPorts({ resource, issue }: Judgement): Iterable<FixProposal> {
  if (!isServiceEntry(resource)) return
  const { indexes, proposal } = equalPortsOf(resource)
  if (indexes.has(Number(issue.path[2]))) yield proposal
}

function found(judgement: Judgement): Found {
  const { resource, issue, rejects } = judgement
  return {
    message: messageOf(judgement),
    resource,
    location: resource.location.child(...issue.path),
    severity: rejects ? 'error' : 'warning',
    ...(issue.code === 'port-duplicate' && { proposals: () => withoutEqualPorts(judgement) }),
  }
}

/** Whether a finding is about the name of a completely duplicated port, whose number is reported already. */
function isSaidByNumber({ resource, issue }: Judgement): boolean {
  if (!isServiceEntry(resource) || issue.path.at(-1) !== 'name') return false
  return equalPortsOf(resource).indexes.has(Number(issue.path[2]))
}

const portDuplicate: MeshRule = {
  checkMesh({ registry }) {
    const judgements = judgementsOf(registry.snapshot.verdicts).get('port-duplicate') ?? []
    return judgements.filter((judgement) => !isSaidByNumber(judgement)).map(found)
  },
}

const ruleOf = (code: RuleCode): MeshRule => ({
  checkMesh: ({ registry }) => (judgementsOf(registry.snapshot.verdicts).get(code) ?? []).map(found),
})

const RULES = Object.fromEntries(VALIDATION_RULE_CODES.map((code) => [`invalid-${code}`, ruleOf(code)])) as RulesOf<
  typeof VALIDATION_ENTRIES
>

export const VALIDATION_RULES: RulesOf<typeof VALIDATION_ENTRIES> = {
  ...RULES,
  'invalid-port-duplicate': portDuplicate,
}
