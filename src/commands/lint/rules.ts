/** `--rules` and `--explain`: describes the rules without running them. */
import { ruleMessage, rulesMessage } from '../../answers/rules/message.ts'
import { rulesLines } from '../../answers/rules/table.ts'
import { UserError } from '../../common/errors.ts'
import { markdownLines } from '../../formats/markup/markdown.ts'
import { type Forms, formatOutput, type OutputFormat } from '../../formats/output.ts'
import { isRuleId, type SeverityOverrides, unknownRule } from '../../index.ts'
import { packageFile, packageVersion } from '../../own-program.ts'
import type { Session } from '../session.ts'
import type { OutputTarget } from './options.ts'

/** @throws UserError for formats that are for findings only */
function formatOf(targets: readonly OutputTarget[] | undefined, flag: string): OutputFormat {
  const [first, ...others] = targets ?? []
  const { format = 'text', file } = first ?? {}
  if (others.length === 0 && file === undefined && (format === 'text' || format === 'json' || format === 'yaml')) {
    return format
  }
  throw new UserError(`${flag} is printed as text, json or yaml`, `give ${flag} with one of -o text, -o json, -o yaml`)
}

/** All rules with their configured severities. */
export async function listRules(
  overrides: SeverityOverrides,
  targets: readonly OutputTarget[] | undefined,
  { target }: Session,
): Promise<Iterable<string>> {
  const format = formatOf(targets, '--rules')
  const message = rulesMessage(overrides, packageVersion())
  return formatOutput(format, { lines: (width) => rulesLines(message.rules, width), message: () => message }, target)
}

/**
 * The page of a rule.
 * @throws UserError for a rule that does not exist
 */
export async function explainRule(
  rule: string,
  targets: readonly OutputTarget[] | undefined,
  { target }: Session,
): Promise<Iterable<string>> {
  const format = formatOf(targets, '--explain')
  if (!isRuleId(rule)) throw unknownRule('--explain', rule)
  const page = format === 'text' ? packageFile(`docs/rules/${rule}.md`).toString('utf8') : ''
  const forms: Forms = {
    lines: (width) => markdownLines(page, width),
    message: () => ruleMessage(rule, new Map(), packageVersion()),
  }
  return formatOutput(format, forms, target)
}
