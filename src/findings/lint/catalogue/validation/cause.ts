/** What the entries of the `invalid-*` rules have in common. */
import type { DecodeCode, ValidationCode } from '../../../../kinds/validation/codes.ts'
import type { RuleEntry } from '../../rule.ts'

/** Causes that have no rule `invalid-*`, because another rule says more about them. */
type ReportedElsewhere = 'tcp-address-required' | 'unquoted'

/** Causes with a rule of their own, `invalid-CODE`. */
export type RuleCode = Exclude<ValidationCode | DecodeCode, ReportedElsewhere>

/** An entry without its title, which the code has. */
export type Cause = Omit<RuleEntry, 'title'>

const REJECTED = "istiod's admission webhook rejects the object, and the cluster keeps the previous version."
const WARNED = 'istiod accepts the object and warns about it.'

/** Codes of other tools and issues of users, where they differ from the usual. */
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
 * @param effect what the object does in spite of what it says
 */
export function warned(effect: string, howToFix: string, references: References = {}): Cause {
  const { answersTo = ['IST0133'], issues = [] } = references
  return { severity: 'warning', description: `${effect} ${WARNED}`, howToFix, answersTo, issues }
}
