import { utf8Length } from '../common/bytes.ts'

/** Limits of RFC 1035, in bytes. */
const LONGEST_NAME = 253
const LONGEST_LABEL = 63

/**
 * Why a text cannot be a question; undefined when it can. Empty labels are allowed: hosts in manifests have them
 * (`db.example.com.` with a search domain added) and are in the table, although a DNS message cannot contain them.
 */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'the name is empty'
  if (name === '.') return undefined
  if (/\s/.test(name)) return 'a name has no white space'
  const bare = name.endsWith('.') ? name.slice(0, -1) : name
  if (utf8Length(bare) > LONGEST_NAME) return `a name has at most ${LONGEST_NAME} bytes`
  const labels = bare.split('.')
  if (labels.some((label) => utf8Length(label) > LONGEST_LABEL)) return `a label has at most ${LONGEST_LABEL} bytes`
  return undefined
}
