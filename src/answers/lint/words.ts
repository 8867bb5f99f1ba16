/** Texts about findings that several formats use. */

import type { LintFinding, Severity } from '../../findings/lint/rule.ts'
import { counted } from '../../formats/counted.ts'
import type { Style } from '../../formats/spans.ts'
import { describeResource, type Resource } from '../../kinds/resource.ts'
import type { LintReport } from './report.ts'
import { countsOf, fixableOf } from './report.ts'

export const SEVERITY_STYLES: Readonly<Record<Severity, Style>> = { error: 'error', warning: 'warning', info: 'name' }

/** At most this many namespaces are listed; the others are counted. */
const MOST_NAMESPACES = 3

/** `ServiceEntry shop/db`, with its cluster if that is a remote one. */
export function objectText(resource: Resource): string {
  const name = describeResource(resource)
  return resource.cluster === '' ? name : `${name} in cluster ${resource.cluster}`
}

/** @param version that of the package with the rule's page */
export const pageUrl = (rule: string, version: string): string =>
  `https://unpkg.com/vipctl@${version}/docs/rules/${encodeURIComponent(rule)}.md`

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/**
 * `seen by proxies in a, b, c and 3 more namespaces`; undefined if it is all of them.
 * @param all the namespaces that were checked
 */
export function namespacesText(
  { namespaces }: LintFinding,
  all: readonly string[],
  most: number = MOST_NAMESPACES,
): string | undefined {
  if (namespaces.length === 0 || all.length === 1) return undefined
  const isAll = namespaces.length === all.length
  if (isAll && namespaces.length > most) return `seen by proxies in all ${all.length} namespaces`
  if (namespaces.length <= most + 1) return `seen by proxies in ${listed(namespaces)}`
  const more = namespaces.length - most
  return `seen by proxies in ${namespaces.slice(0, most).join(', ')} and ${more} more namespaces`
}

/** `found in staging and prod`; undefined if only one input was checked. */
export function environmentsText({ environments }: LintFinding, all: readonly string[] = []): string | undefined {
  if (!environments || all.length < 2) return undefined
  if (environments.length === all.length) return `found in all ${all.length} environments`
  if (environments.length <= MOST_NAMESPACES + 1) return `found in ${listed(environments)}`
  const more = environments.length - MOST_NAMESPACES
  return `found in ${environments.slice(0, MOST_NAMESPACES).join(', ')} and ${more} more`
}

/** `give it an address (proven; --fix makes it)` */
export function fixText({ fix }: LintFinding): string | undefined {
  if (!fix) return undefined
  return `${fix.title} (${fix.safe ? 'proven; --fix makes it' : 'proven'})`
}

/** Nothing was read. */
const isNothing = ({ scope }: LintReport): boolean => scope.objects === 0 && scope.files.length === 0

/** What was checked: `120 objects in 14 files, seen by proxies in 6 namespaces`. */
function scopeText({ scope }: LintReport): string {
  const objects = counted(scope.objects, 'object', 'objects')
  const files = counted(scope.files.length, 'file', 'files')
  const [first, ...others] = scope.namespaces
  if (first === undefined) return `${objects} in ${files}, and no namespace with sidecars`
  const namespaces = others.length === 0 ? `namespace ${first}` : `${scope.namespaces.length} namespaces`
  return `${objects} in ${files}, seen by proxies in ${namespaces}`
}

/** At most this many kinds are named. */
const MOST_KINDS = 5

/** `not checked: 3 HTTPRoutes, 1 Telemetry`; undefined if everything was checked. */
function notCheckedText({ scope }: LintReport): string | undefined {
  const kinds = [...scope.notChecked].sort(([, a], [, b]) => b - a)
  if (kinds.length === 0) return undefined
  const named = kinds.slice(0, MOST_KINDS).map(([kind, count]) => `${count} ${kind}`)
  const more = kinds.length > MOST_KINDS ? [`objects of ${kinds.length - MOST_KINDS} more kinds`] : []
  return `not checked, because they are not modelled: ${[...named, ...more].join(', ')}`
}

/** `2 new, 1 gone, 7 as before`; the last ones are not shown. */
function changesText({ findings, changes }: LintReport): string | undefined {
  if (!changes) return undefined
  const { brought, gone, unchanged } = changes
  const fresh = findings.filter((finding) => brought.has(finding)).length
  const some = [
    ...(fresh > 0 ? [`${fresh} new`] : []),
    ...(gone.length > 0 ? [`${gone.length} gone`] : []),
    ...(unchanged > 0 ? [`${unchanged} as before`] : []),
  ]
  return some.join(', ') || 'no changes'
}

/** `3 errors, 1 warning in 4 files; 2 new, 1 gone; 5 ignored; 2 fixable with --fix` */
export function summaryText(report: LintReport): string {
  const { findings, ignored, known } = report
  const unchanged = report.changes?.unchanged ?? 0
  const { error, warning, info } = countsOf(findings)
  const severities = [
    ...(error > 0 ? [counted(error, 'error', 'errors')] : []),
    ...(warning > 0 ? [counted(warning, 'warning', 'warnings')] : []),
    ...(info > 0 ? [`${info} info`] : []),
  ]
  const files = new Set(findings.map(({ location }) => location.document.file.name)).size
  const fixable = fixableOf(findings)
  const changes = changesText(report)
  const notChecked = notCheckedText(report)
  const none = isNothing(report)
    ? 'nothing was checked'
    : `no ${unchanged > 0 ? 'new ' : ''}findings: ${scopeText(report)}`
  return [
    ...(report.failures.length > 0
      ? [counted(report.failures.length, 'error of the input', 'errors of the input')]
      : []),
    findings.length === 0 ? none : `${severities.join(', ')} in ${counted(files, 'file', 'files')}`,
    ...(changes === undefined ? [] : [changes]),
    ...(ignored.length > 0 ? [`${ignored.length} ignored`] : []),
    ...(known > 0 ? [`${known} known before`] : []),
    ...(fixable > 0 ? [`${fixable} fixable with --fix`] : []),
    ...(notChecked === undefined ? [] : [notChecked]),
    ...(report.untriedFixes ? ['not all fixes were tried (--fixes all does)'] : []),
  ].join('; ')
}
