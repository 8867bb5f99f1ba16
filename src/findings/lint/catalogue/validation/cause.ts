/** The common part of the entries of `invalid-*` rules. */
import type { DecodeCode, ValidationCode } from '../../../../kinds/validation/codes.ts'
import type { RuleEntry } from '../../rule.ts'

/** Causes without a rule `invalid-*`, because another rule explains them better. */
type ReportedElsewhere = 'tcp-address-required' | 'unquoted'

/** Causes with their own rule, `invalid-CODE`. */
export type RuleCode = Exclude<ValidationCode | DecodeCode, ReportedElsewhere>

/** An entry without its title, which comes from the code. */
export type Cause = Omit<RuleEntry, 'title'>

const REJECTED = "istiod's admission webhook rejects the object, and the cluster keeps the previous version."
const WARNED = 'istiod accepts the object and warns about it.'

/** Codes of other tools and issues of users, if they differ from the default. */
interface References {
  readonly answersTo?: readonly string[]
  readonly issues?: readonly number[]
}

/**
 * A cause for which istiod rejects an object.
 * @param check what istiod checks, and why
 */
export function rejected(check: string, howToFix: string, references: References = {}): Cause {
  const { answersTo = ['IST0106'], issues = [] } = references
  return { severity: 'error', description: `${check} ${REJECTED}`, howToFix, answersTo, issues }
}

/**
 * A cause for which istiod warns.
 * @param effect what the object actually does
 */
export function warned(effect: string, howToFix: string, references: References = {}): Cause {
  const { answersTo = ['IST0133'], issues = [] } = references
  return { severity: 'warning', description: `${effect} ${WARNED}`, howToFix, answersTo, issues }
}
