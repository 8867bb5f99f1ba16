/** Label maps, selectors and exportTo (pkg/config/labels and pkg/config/visibility of the reference). */
import type { PathStep } from '../../../sources/document.ts'
import { type Path, quote, type Report } from '../report.ts'
import { isLabel } from './hosts.ts'

const LONGEST_KEY_NAME = 63
const LONGEST_KEY_PREFIX = 253
const QUALIFIED_NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const DNS_PREFIX = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/')
  const name = key.slice(slash + 1)
  if (name.length > LONGEST_KEY_NAME || !QUALIFIED_NAME.test(name)) return false
  return slash < 0 || (slash <= LONGEST_KEY_PREFIX && DNS_PREFIX.test(key.slice(0, slash)))
}

/** Keys `[PREFIX/]NAME`, values of the same alphabet as NAME or empty. */
export function checkLabels(report: Report, parent: Path, step: PathStep, labels: ReadonlyMap<string, string>): void {
  for (const [key, value] of labels) {
    if (!isLabelKey(key)) {
      const hint = 'a key is NAME or PREFIX/NAME: letters, digits, and inner -, _ and .'
      report.error([...parent, step], key, 'label-invalid', `${quote(key)} is not a label key`, hint)
    } else if (value !== '' && !QUALIFIED_NAME.test(value)) {
      const hint = 'a value has letters, digits, and inner -, _ and .'
      report.error([...parent, step], key, 'label-invalid', `${quote(value)} is not a label value`, hint)
    }
  }
}

/**
 * A selector of workloads. Keys and values are compared literally.
 * @param field where the selector has its labels: `labels` or `matchLabels`
 * @returns whether the selector is valid
 */
export function checkSelector(
  report: Report,
  parent: Path,
  step: PathStep,
  field: string,
  labels: ReadonlyMap<string, string>,
): boolean {
  let well = true
  for (const [key, value] of labels) {
    const wildcard = key.includes('*') || value.includes('*')
    if (key !== '' && !wildcard) continue
    const message = wildcard
      ? `${quote(`${key}=${value}`)} has a wildcard, and selectors compare literally`
      : `the selector has an empty key for ${quote(value)}`
    report.error([...parent, step, field], key, 'selector-invalid', message)
    well = false
  }
  return well
}

export function warnEmptySelector(
  report: Report,
  parent: Path,
  step: PathStep,
  labels: ReadonlyMap<string, string>,
): void {
  if (labels.size > 0) return
  const message = 'the selector has no labels, so it selects every workload of the namespace'
  report.warn(parent, step, 'selector-without-labels', message)
}

const PRIVATE = '.'
const PUBLIC = '*'
const NOBODY = '~'
const EXPORT_TO: Path = ['spec', 'exportTo']

export interface ExportRules {
  /** ServiceEntries may use `~`: exported to no namespace. */
  readonly nobody?: boolean
  /** A DestinationRule with a selector applies to its own namespace only. */
  readonly ownNamespaceOnly?: boolean
}

/** exportTo lists `.`, `*`, `~` (where allowed) or namespaces; each once, and `*` and `~` only alone. */
export function checkExportTo(
  report: Report,
  namespace: string,
  exportTo: readonly string[],
  rules: ExportRules = {},
): void {
  if (exportTo.length === 0) return
  const accepted = new Set<string>()
  for (let index = 0; index < exportTo.length; index++) {
    const entry = exportTo[index] ?? ''
    const key = entry === PRIVATE ? namespace : entry
    const fail = exportProblem(key, accepted, rules)
    if (fail === undefined) accepted.add(key)
    else report.error(EXPORT_TO, index, 'export-to-invalid', fail)
  }
  checkExportCombination(report, namespace, exportTo, accepted, rules)
}

function exportProblem(key: string, accepted: ReadonlySet<string>, rules: ExportRules): string | undefined {
  if (accepted.has(key)) return `exportTo names ${quote(key)} twice`
  if (key === PUBLIC || key === PRIVATE || isLabel(key)) return undefined
  if (key !== NOBODY) return `${quote(key)} is neither ., * nor a namespace`
  return rules.nobody ? undefined : '~ (no namespace) is only for ServiceEntries'
}

function checkExportCombination(
  report: Report,
  namespace: string,
  exportTo: readonly string[],
  accepted: ReadonlySet<string>,
  rules: ExportRules,
): void {
  const fail = (message: string) => report.error(['spec'], 'exportTo', 'export-to-invalid', message)
  if (rules.ownNamespaceOnly && accepted.size > 0 && (accepted.size > 1 || !accepted.has(namespace))) {
    fail('a DestinationRule with a workloadSelector can be exported to its own namespace only')
  }
  if (exportTo.length === 1) return
  if (accepted.has(PUBLIC)) fail('exportTo has * (all namespaces) together with other entries')
  if (accepted.has(NOBODY)) fail('exportTo has ~ (no namespace) together with other entries')
}
