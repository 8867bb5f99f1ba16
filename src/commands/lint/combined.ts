/** The reports of several inputs that were checked one by one, as one report. */
import { Places } from '../../answers/lint/report.ts'
import { releaseText } from '../../answers/release.ts'
import { compareBytes } from '../../common/bytes.ts'
import type { LintFinding } from '../../index.ts'
import type { PartialReport } from './report.ts'

/** A report, and the name of its input. */
export interface NamedReport {
  readonly name: string
  readonly report: PartialReport
}

/** Equal findings of one place, which several inputs share. */
function keyOf({ rule, message, object, location }: LintFinding): string {
  const { document, path } = location
  return JSON.stringify([rule, message, object, document.file.name, document.start, path])
}

/** --fix works on one input at a time. */
const withoutOption = ({ fix }: LintFinding): LintFinding['fix'] => fix && { ...fix, safe: false }

type Document = LintFinding['location']['document']

const byDocument = (a: Document, b: Document): number => compareBytes(a.file.name, b.file.name) || a.start - b.start

/** The findings of all inputs with the names of the inputs that have them. */
function findingsOf(reports: readonly NamedReport[]): readonly LintFinding[] {
  const found = new Map<string, { readonly finding: LintFinding; readonly environments: string[] }>()
  for (const { name, report } of reports) {
    for (const finding of report.findings) {
      const key = keyOf(finding)
      const known = found.get(key) ?? { finding, environments: [] }
      found.set(key, known)
      if (!known.environments.includes(name)) known.environments.push(name)
    }
  }
  return [...found.values()]
    .map(({ finding, environments }): LintFinding => ({ ...finding, environments, fix: withoutOption(finding) }))
    .sort((a, b) => byDocument(a.location.document, b.location.document))
}

const union = (lists: Iterable<readonly string[]>): readonly string[] => [...new Set([...lists].flat())]

/** `staging: synthetic sidecars in namespace shop, DNS capture off` */
function proxiesOf(reports: readonly NamedReport[]): string {
  const releases = new Set(reports.map(({ report }) => releaseText(report.scope.release)))
  return reports
    .map(({ name, report: { scope } }) => {
      const release = releases.size > 1 ? ` (${releaseText(scope.release)})` : ''
      return `${name}${release}: ${scope.proxies}`
    })
    .join('; ')
}

/** The report of a single environment, whose findings name it. */
export function namedReport({ name, report }: NamedReport): PartialReport {
  const { findings, changes, scope } = report
  const environments = [name]
  const named = new Map(findings.map((finding) => [finding, { ...finding, environments }] as const))
  const brought = new Set([...(changes?.brought ?? [])].map((finding) => named.get(finding) ?? finding))
  return {
    ...report,
    findings: [...named.values()],
    changes: changes && { ...changes, brought },
    scope: { ...scope, proxies: proxiesOf([{ name, report }]), environments },
  }
}

/** The sum of each kind's numbers. */
function sums(counts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const out = new Map<string, number>()
  for (const [kind, count] of counts.flatMap((each) => [...each])) out.set(kind, (out.get(kind) ?? 0) + count)
  return out
}

/** @param reports at least two */
export function combinedReport(reports: readonly NamedReport[]): PartialReport {
  const all = reports.map(({ report }) => report)
  const [first] = all as [PartialReport, ...PartialReport[]]
  const scopes = all.map(({ scope }) => scope)
  return {
    ...first,
    findings: findingsOf(reports),
    ignored: all.flatMap(({ ignored }) => ignored),
    known: all.reduce((sum, { known }) => sum + known, 0),
    changes: undefined,
    untriedFixes: all.some(({ untriedFixes }) => untriedFixes),
    failing: new Set(all.flatMap(({ failing }) => [...failing])),
    scope: {
      files: union(scopes.map(({ files }) => files)),
      objects: scopes.reduce((sum, { objects }) => sum + objects, 0),
      notChecked: sums(scopes.map(({ notChecked }) => notChecked)),
      namespaces: [...union(scopes.map(({ namespaces }) => namespaces))].sort(compareBytes),
      proxies: proxiesOf(reports),
      environments: reports.map(({ name }) => name),
      release: first.scope.release,
    },
    places: new Places(),
  }
}
