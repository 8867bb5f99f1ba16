/** Findings of lint that come and go. */

import { findingsNotIn } from '../../findings/lint/compare.ts'
import type { LintFinding } from '../../findings/lint/index.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { Effect, MeshSide, Sides, Source } from '../model.ts'

const sourcesOf = ({ resource, location, related }: LintFinding): readonly Source[] => [
  { what: describeResource(resource), location },
  ...related.map((place) => ({ what: place.message, location: place.location })),
]

function effectOf(finding: LintFinding, isNew: boolean): Effect {
  const { rule, severity, message, resource } = finding
  const [none, own] = [[], sourcesOf(finding)]
  return {
    kind: isNew ? 'finding-new' : 'finding-gone',
    subject: { kind: 'object', name: describeResource(resource) },
    ...(isNew ? { after: rule } : { before: rule }),
    sentence: `${describeResource(resource)}: ${severity}: ${message} (${rule})`,
    sources: { before: isNew ? none : own, after: isNew ? own : none },
    covers: [],
  }
}

/** The findings of one side only. */
export function findingEffects({ before, after }: Sides<MeshSide>): readonly Effect[] {
  return [
    ...findingsNotIn(after.findings, before.findings).map((finding) => effectOf(finding, true)),
    ...findingsNotIn(before.findings, after.findings).map((finding) => effectOf(finding, false)),
  ]
}
