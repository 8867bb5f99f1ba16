/** `--check`: requests to everything, beside their traces. */
import { proxyText } from '../../answers/proxy-line.ts'
import { type CheckAnswer, checkMessage, differing } from '../../answers/sandbox/message.ts'
import { checkLines } from '../../answers/sandbox/table.ts'
import { formatOutput, type OutputFormat } from '../../formats/output.ts'
import type { Branch, Mesh } from '../../index.ts'
import { type Checked, checkAll, sandboxTargets } from '../../sandbox/check/check.ts'
import type { Planner, SandboxPlan } from '../../sandbox/outside/plan.ts'
import type { Sandbox } from '../../sandbox/outside/sandbox.ts'
import type { Outcome, Session } from '../session.ts'

const branchText = ({ cluster, weight, ending }: Branch, several: boolean): string => {
  const share = several ? `${weight}% ` : ''
  const end = ending.status === undefined ? '' : ` (${ending.status})`
  return `${share}${cluster}${end}`
}

/** Where a trace says that a request goes: clusters, or the answer of the proxy. */
function expectedText({ trace: { branches, ending } }: Checked): string {
  if (branches.length > 0) return branches.map((branch) => branchText(branch, branches.length > 1)).join(', ')
  return ending.status === undefined ? ending.text : `${ending.outcome} (${ending.status})`
}

function gotText({ arrival: { received, status, location } }: Checked): string {
  if (received) return received.cluster === '' ? `${received.endpoint}, past the proxy` : received.cluster
  if (status === undefined) return 'closed'
  return location === undefined ? `status ${status}` : `status ${status} to ${location}`
}

/** Checks a running sandbox. */
export async function checkSandbox(
  running: Sandbox,
  { planner, plan, mesh }: { readonly planner: Planner; readonly plan: SandboxPlan; readonly mesh: Mesh },
  format: OutputFormat,
  session: Session,
): Promise<Outcome> {
  const { upstream } = planner
  const probe = running.probe.bind(running)
  const checked = await checkAll(sandboxTargets(plan, upstream), { mesh, plan, upstream, probe })
  const answer: CheckAnswer = {
    proxy: proxyText(plan.view),
    targets: checked.map((each) => ({
      target: each.target,
      expected: expectedText(each),
      got: gotText(each),
      difference: each.difference,
    })),
  }
  const forms = {
    lines: (width: number | undefined) => checkLines(answer, width),
    message: () => checkMessage(answer),
  }
  return { output: await formatOutput(format, forms, session.target), findings: differing(answer).length > 0 }
}
