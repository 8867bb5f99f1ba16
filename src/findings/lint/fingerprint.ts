/** The identifier of a finding in baselines and reports. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { utf8Bytes } from '../../common/bytes.ts'
import { identityOf } from './identity.ts'
import type { LintFinding } from './rule.ts'

const LENGTH = 16

/** A hash in 16 hexadecimal digits. */
const hashOf = (text: string): string => bytesToHex(sha256(utf8Bytes(text))).slice(0, LENGTH)

/** A hash of the identity in 16 hexadecimal digits. */
export const fingerprintOf = (finding: Pick<LintFinding, 'rule' | 'message' | 'resource'>): string =>
  hashOf(identityOf(finding))

/** Repeated fingerprints are numbered: the second one ends in `-2`. */
function numbered(fingerprints: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  return fingerprints.map((fingerprint) => {
    const count = (counts.get(fingerprint) ?? 0) + 1
    counts.set(fingerprint, count)
    return count === 1 ? fingerprint : `${fingerprint}-${count}`
  })
}

/** The fingerprints of findings in order; equal findings of one object are numbered. */
export const fingerprintsOf = (findings: readonly LintFinding[]): readonly string[] =>
  numbered(findings.map(fingerprintOf))

/** The fingerprint of each finding, for formats that print them in another order. */
export function fingerprintsByFinding(findings: readonly LintFinding[]): ReadonlyMap<LintFinding, string> {
  const fingerprints = fingerprintsOf(findings)
  return new Map(findings.map((finding, index) => [finding, fingerprints[index] ?? '']))
}

/** The fingerprints of texts in order; equal texts are numbered. */
export const fingerprintsOfTexts = (texts: readonly string[]): readonly string[] => numbered(texts.map(hashOf))
