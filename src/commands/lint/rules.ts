/** `--rules` and `--explain`: what rules there are, without running them. */
import { readFile } from 'node:fs/promises'
import { pageUrl } from '../../answers/lint/words.ts'
import { UserError } from '../../common/errors.ts'
import { isRuleId, RULE_IDS, ruleEntry } from '../../findings/lint/catalogue/index.ts'
import { unknownRuleHint } from '../../findings/lint/ignores.ts'
import type { SeverityOverrides } from '../../findings/lint/index.ts'
import type { RuleEntry, Severity } from '../../findings/lint/rule.ts'
import { formatData } from '../../formats/data.ts'
import { markdownLines } from '../../formats/markdown.ts'
import { type Line, renderLines, type Style, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { packageFile } from '../../package-version.ts'
import type { Session } from '../session.ts'
import type { OutputTarget } from './options.ts'

type Level = Severity | 'off'

const STYLES: Readonly<Record<Level, Style>> = { error: 'error', warning: 'warning', info: 'name', off: 'dim' }

type RuleFormat = 'text' | 'json' | 'yaml'

/** @throws UserError for formats of findings */
function formatOf(targets: readonly OutputTarget[] | undefined, flag: string): RuleFormat {
  const [first, ...others] = targets ?? []
  const { format = 'text', file } = first ?? {}
  if (others.length === 0 && file === undefined && (format === 'text' || format === 'json' || format === 'yaml')) {
    return format
  }
  throw new UserError(`${flag} is printed as text, json or yaml`, `give ${flag} with one of -o text, -o json, -o yaml`)
}

function ruleMessage(id: (typeof RULE_IDS)[number], overrides: SeverityOverrides): object {
  const entry: RuleEntry = ruleEntry(id)
  return { rule: id, ...entry, severity: overrides.get(id) ?? entry.severity, page: pageUrl(id) }
}

/** All rules with their severities as configured. */
export async function listRules(
  overrides: SeverityOverrides,
  targets: readonly OutputTarget[] | undefined,
  session: Session,
): Promise<Iterable<string>> {
  const format = formatOf(targets, '--rules')
  if (format !== 'text') return formatData(format, { rules: RULE_IDS.map((id) => ruleMessage(id, overrides)) })
  const rows = RULE_IDS.map((id): Line => {
    const entry: RuleEntry = ruleEntry(id)
    const level = overrides.get(id) ?? entry.severity
    return [styled('name', id), styled(STYLES[level], level), entry.answersTo.join(' ') || '-', entry.title]
  })
  const { stdout } = session.io
  const width = stdout.isTTY ? stdout.columns : undefined
  return renderLines(tableLines(['RULE', 'SEVERITY', 'ANSWERS TO', 'TITLE'], rows, width), session.paint)
}

/**
 * The page of a rule.
 * @throws UserError when there is no such rule
 */
export async function explainRule(
  rule: string,
  targets: readonly OutputTarget[] | undefined,
  session: Session,
): Promise<Iterable<string>> {
  const format = formatOf(targets, '--explain')
  if (!isRuleId(rule)) throw new UserError(`--explain ${rule}: no rule is called so`, unknownRuleHint(rule))
  if (format !== 'text') return formatData(format, ruleMessage(rule, new Map()))
  const page = await readFile(packageFile(`docs/rules/${rule}.md`), 'utf8')
  const { stdout } = session.io
  return renderLines(markdownLines(page, stdout.isTTY ? stdout.columns : undefined), session.paint)
}
