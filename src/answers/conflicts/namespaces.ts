/** Conflicts for sidecars in several namespaces. */
import type { Line } from '../../formats/spans.ts'
import { releaseLine } from '../release.ts'
import type { Report } from '../report.ts'
import type { ConflictAnswer } from './message.ts'
import { conflictReport } from './report.ts'

/** What sidecars in some namespaces cannot reach. */
export interface NamespacesAnswer {
  readonly namespaces: readonly string[]
  readonly answer: ConflictAnswer
  /** The answer without the files over the mesh. */
  readonly before: ConflictAnswer | undefined
}

const isEmpty = ({ conflicts, withoutListener }: ConflictAnswer): boolean =>
  conflicts.length === 0 && withoutListener.length === 0

export const namespacesText = (namespaces: readonly string[]): string =>
  `namespace${namespaces.length === 1 ? '' : 's'} ${namespaces.join(', ')}`

/** The parts with losses. They are never watched, so changes are not counted. */
export const namespacesReport: Report<readonly NamespacesAnswer[]> = {
  // Each part has its own head, because its proxy and its istiod may differ.
  head: () => [],

  *text(parts, _, options): Iterable<Line> {
    const [first] = parts
    const nothing = parts.filter(({ answer, before }) => isEmpty(answer) && (!before || isEmpty(before)))
    for (const part of parts) {
      if (nothing.includes(part)) continue
      yield* conflictReport.head(part.answer)
      yield* conflictReport.text(part.answer, part.before, options)
      yield ['']
    }
    if (first && nothing.length === parts.length) yield releaseLine(first.answer.release)
    const names = nothing.flatMap(({ namespaces }) => namespaces)
    if (names.length > 0) yield [`# no conflicts for sidecars in ${namespacesText(names.sort())}`]
  },
  message: (parts, _, onlyChanges) =>
    parts.map(({ namespaces, answer, before }) => ({
      namespaces,
      ...(conflictReport.message(answer, before, onlyChanges) as object),
    })),
  count: () => ({ added: 0, changed: 0, gone: 0 }),
}
