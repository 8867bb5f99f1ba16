/** Severities of rules that a user states: `--rule ID=LEVEL`, and the like. */
import { UserError } from '../../common/errors.ts'
import { RULE_IDS, type RuleId } from './catalogue/list.ts'
import { rulesMatching, unknownRule } from './ignores.ts'
import { SEVERITIES, type Severity } from './rule.ts'

/** A severity, or `off` for a rule that does not run. */
export type Level = Severity | 'off'

/** A rule or a pattern of rules, and the level that they get. */
export type StatedLevel = readonly [pattern: string, level: Level]

const LEVELS: readonly Level[] = [...SEVERITIES, 'off']

const isLevel = (text: string): text is Level => LEVELS.some((level) => level === text)

/**
 * @param where the option that states it
 * @throws UserError for a rule or level that does not exist
 */
export function statedLevel(pattern: string, level: string, where: string): StatedLevel {
  if (rulesMatching(pattern).length === 0) throw unknownRule(where, pattern)
  if (!isLevel(level)) {
    throw new UserError(
      `${where} ${pattern}: ${JSON.stringify(level)} is not a severity`,
      `allowed are ${LEVELS.join(', ')}`,
    )
  }
  return [pattern, level]
}

/** The levels of rules: names override patterns, later ones override earlier ones. */
export function levelsOfRules(levels: readonly StatedLevel[]): Map<RuleId, Level> {
  const isName = (pattern: string): boolean => RULE_IDS.some((id) => id === pattern)
  const inOrder = [...levels.filter(([pattern]) => !isName(pattern)), ...levels.filter(([pattern]) => isName(pattern))]
  const out = new Map<RuleId, Level>()
  for (const [pattern, level] of inOrder) {
    const matching = new Set(rulesMatching(pattern))
    for (const id of RULE_IDS) if (matching.has(id)) out.set(id, level)
  }
  return out
}
