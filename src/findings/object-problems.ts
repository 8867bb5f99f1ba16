/** Messages about single objects: unknown fields, and istiod's verdicts. */

import { describeResource } from '../kinds/resource.ts'
import type { ValidationIssue } from '../kinds/validation/report.ts'
import { issueText } from '../resources/issue-text.ts'
import { fileAndLine, problemAt, problemAtKey } from '../resources/problems.ts'
import type { Snapshot, UnknownField, UnknownKind, Verdict } from '../resources/snapshot.ts'
import type { SourceProblem } from '../sources/document.ts'
import { type RepeatedObject, repeatedObjects } from './duplicates.ts'
import { judgeOf } from './judge.ts'

function verdictProblem({ resource }: Verdict, issue: ValidationIssue, message: string): SourceProblem {
  return problemAt(resource.location.child(...issue.path), { severity: 'warning', message, hint: issue.hint })
}

/** Verdicts of istiod and the API server. A rejected object is skipped but is not an error of the input. */
function verdictProblems(verdicts: readonly Verdict[], verbose: boolean): SourceProblem[] {
  const out: SourceProblem[] = []
  for (const verdict of verdicts) {
    const name = describeResource(verdict.resource)
    for (const issue of verdict.errors) {
      out.push(
        verdictProblem(verdict, issue, `${judgeOf(verdict.resource)} rejects ${name}: ${issueText(issue)} (left out)`),
      )
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

function unknownKindProblem({ resource, key, message, hint }: UnknownKind): SourceProblem {
  const { document, path } = resource.location
  const severity = resource.apiVersion === '' || key === 'apiVersion' ? 'error' : 'warning'
  return problemAtKey(document, [...path, key], { severity, message: `${message}: the object is left out`, hint })
}

/** More objects than these are one warning. */
const MOST_ALONE = 5
const MOST_NAMES = 3

function repeatedProblem({ winner, first }: RepeatedObject): SourceProblem {
  const message = `${describeResource(winner)} replaces the one at ${fileAndLine(first.location)}: the later one wins`
  return problemAt(winner.location, { severity: 'warning', message })
}

function repeatedProblems(snapshot: Snapshot): readonly SourceProblem[] {
  const objects = repeatedObjects(snapshot)
  if (objects.length <= MOST_ALONE) return objects.map(repeatedProblem)
  const names = objects.slice(0, MOST_NAMES).map(({ winner }) => describeResource(winner))
  const message = `the input has ${objects.length} objects more than once, and the last one of each wins`
  const hint = `${names.join(', ')} and ${objects.length - MOST_NAMES} more; \`vipctl lint\` names the files`
  return [{ severity: 'warning', message, hint }]
}

/**
 * Problems with the objects of a snapshot.
 * @param verbose whether to include istiod's warnings about accepted objects
 */
export function objectProblems(snapshot: Snapshot, verbose: boolean): readonly SourceProblem[] {
  const { unknownKinds, unknownFields, verdicts } = snapshot
  return [
    ...repeatedProblems(snapshot),
    ...unknownKinds.map(unknownKindProblem),
    ...unknownFields.map(unknownFieldProblem),
    ...verdictProblems(verdicts, verbose),
  ]
}
