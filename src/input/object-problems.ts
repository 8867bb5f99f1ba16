/** What is wrong with single objects, in words: fields that they do not have, and what istiod says of them. */
import { describeResource } from '../kinds/resource.ts'
import type { ValidationIssue } from '../kinds/validation/report.ts'
import { issueText } from '../resources/issue-text.ts'
import { problemAt, problemAtKey } from '../resources/problems.ts'
import type { Snapshot, UnknownField, Verdict } from '../resources/snapshot.ts'
import type { SourceProblem } from '../sources/document.ts'

function verdictProblem({ resource }: Verdict, issue: ValidationIssue, message: string): SourceProblem {
  return problemAt(resource.location.child(...issue.path), { severity: 'warning', message, hint: issue.hint })
}

/** What istiod's admission check says; a rejected object is not an error of the input, but it is left out. */
function verdictProblems(verdicts: readonly Verdict[], verbose: boolean): SourceProblem[] {
  const out: SourceProblem[] = []
  for (const verdict of verdicts) {
    const name = describeResource(verdict.resource)
    for (const issue of verdict.errors) {
      out.push(verdictProblem(verdict, issue, `istiod rejects ${name}: ${issueText(issue)} (left out)`))
    }
    if (!verbose) continue
    for (const issue of verdict.warnings) {
      out.push(verdictProblem(verdict, issue, `istiod warns about ${name}: ${issueText(issue)}`))
    }
  }
  return out
}

function unknownFieldProblem({ resource, path, message, hint }: UnknownField): SourceProblem {
  const { document, path: start } = resource.location
  const text = { severity: 'warning', message: `${describeResource(resource)}: ${message}`, hint } as const
  return problemAtKey(document, [...start, ...path], text)
}

/**
 * What is wrong with the objects of a snapshot.
 * @param verbose whether istiod's warnings about objects that it accepts are among it
 */
export function objectProblems({ unknownFields, verdicts }: Snapshot, verbose: boolean): readonly SourceProblem[] {
  return [...unknownFields.map(unknownFieldProblem), ...verdictProblems(verdicts, verbose)]
}
