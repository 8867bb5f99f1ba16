/** The identifier of a finding in baselines and reports. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { utf8Bytes } from '../../common/bytes.ts'
import { identityOf } from './identity.ts'
import type { LintFinding } from './rule.ts'

const LENGTH = 16

/** A hash of the identity in 16 hexadecimal digits. */
export function fingerprintOf(finding: Pick<LintFinding, 'rule' | 'message' | 'resource'>): string {
  return bytesToHex(sha256(utf8Bytes(identityOf(finding)))).slice(0, LENGTH)
}

/** The fingerprints of findings in order. Equal findings of one object are numbered: the second one ends in `-2`. */
export function fingerprintsOf(findings: readonly LintFinding[]): readonly string[] {
  const counts = new Map<string, number>()
  return findings.map((finding) => {
    const fingerprint = fingerprintOf(finding)
    const count = (counts.get(fingerprint) ?? 0) + 1
    counts.set(fingerprint, count)
    return count === 1 ? fingerprint : `${fingerprint}-${count}`
  })
}
