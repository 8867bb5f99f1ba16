/** Conflicts for sidecars in several namespaces. */
import type { Line } from '../../formats/spans.ts'
import { proxyLine } from '../proxy-line.ts'
import { releaseLine, releaseText } from '../release.ts'
import type { Report } from '../report.ts'
import type { ConflictAnswer } from './message.ts'
import { conflictReport } from './report.ts'

/** What sidecars in some namespaces cannot reach. */
export interface NamespacesAnswer {
  readonly namespaces: readonly string[]
  /** Whether the sidecars capture DNS. */
  readonly dnsCapture: boolean
  readonly answer: ConflictAnswer
  /** The answer without the files over the mesh. */
  readonly before: ConflictAnswer | undefined
}

const isEmpty = ({ conflicts, withoutListener }: ConflictAnswer): boolean =>
  conflicts.length === 0 && withoutListener.length === 0

const namespacesText = (namespaces: readonly string[]): string =>
  `namespace${namespaces.length === 1 ? '' : 's'} ${namespaces.join(', ')}`

const proxyOf = ({ namespaces, dnsCapture }: NamespacesAnswer): string =>
  `synthetic sidecars in ${namespacesText(namespaces)}, DNS capture ${dnsCapture ? 'on' : 'off'}`

/** Parts with the same answer as one: namespaces may see different services and yet lose the same. */
function merged(parts: readonly NamespacesAnswer[], onlyChanges: boolean): readonly NamespacesAnswer[] {
  const byAnswer = new Map<string, NamespacesAnswer>()
  for (const part of parts) {
    const key = JSON.stringify([part.dnsCapture, conflictReport.message(part.answer, part.before, onlyChanges)])
    const same = byAnswer.get(key)
    byAnswer.set(key, same ? { ...same, namespaces: [...same.namespaces, ...part.namespaces].sort() } : part)
  }
  return [...byAnswer.values()]
}

/** The parts with losses. They are never watched, so changes are not counted. */
export const namespacesReport: Report<readonly NamespacesAnswer[]> = {
  // Each part has its own head, because its proxy and its istiod may differ.
  head: () => [],
  draws: true,

  *text(all, _, options): Iterable<Line> {
    const parts = merged(all, options.onlyChanges)
    const [first] = parts
    const nothing = parts.filter(({ answer, before }) => isEmpty(answer) && (!before || isEmpty(before)))
    let release = ''
    for (const part of parts) {
      if (nothing.includes(part)) continue
      // The release is repeated only where it changes.
      const own = releaseText(part.answer.release)
      if (own !== release) yield releaseLine(part.answer.release)
      release = own
      yield proxyLine(proxyOf(part))
      yield* conflictReport.text(part.answer, part.before, options)
      yield ['']
    }
    if (first && nothing.length === parts.length) yield releaseLine(first.answer.release)
    const names = nothing.flatMap(({ namespaces }) => namespaces)
    if (names.length > 0) yield [`# no conflicts for sidecars in ${namespacesText(names.sort())}`]
  },
  message: (parts, _, onlyChanges) =>
    merged(parts, onlyChanges).map(({ namespaces, answer, before }) => ({
      namespaces,
      ...(conflictReport.message(answer, before, onlyChanges) as object),
    })),
  count: () => ({ added: 0, changed: 0, gone: 0 }),
}
