/** istiod's verdicts as data: what `dump` prints. */

import type { ValidationIssue } from '../../kinds/validation/report.ts'
import { issueText } from '../../resources/issue-text.ts'
import type { Verdict } from '../../resources/snapshot.ts'

export interface VerdictMessage {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly error?: string
  readonly warning?: string
}

function textOf(issues: readonly ValidationIssue[]): string | undefined {
  return issues.length > 0 ? issues.map(issueText).join('; ') : undefined
}

export function validationMessage(verdicts: readonly Verdict[]): readonly VerdictMessage[] {
  return verdicts.map(({ resource, errors, warnings }) => {
    const error = textOf(errors)
    const warning = textOf(warnings)
    const { namespace, name } = resource.meta
    return { kind: resource.kind, namespace, name, ...(error && { error }), ...(warning && { warning }) }
  })
}
