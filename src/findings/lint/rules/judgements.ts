/** istiod's verdicts on objects, by cause. */
import { append } from '../../../common/collections.ts'
import type { Resource } from '../../../kinds/resource.ts'
import type { ValidationIssue } from '../../../kinds/validation/report.ts'
import type { Verdict } from '../../../resources/snapshot.ts'

type Code = ValidationIssue['code']

/** A single error or warning about an object. */
export interface Judgement {
  readonly resource: Resource
  readonly issue: ValidationIssue
  readonly rejects: boolean
}

type ByCode = ReadonlyMap<Code, readonly Judgement[]>

/** Causes that are consequences of another cause at the same value, which is reported instead. */
const FOLLOWS_FROM: Readonly<Partial<Record<Code, readonly Code[]>>> = {
  'dns-host-not-fqdn': ['host-invalid', 'full-wildcard'],
  'partial-wildcard': ['host-invalid'],
  'multi-host-tcp': ['protocol-unsupported'],
  'dynamic-dns-protocol': ['protocol-unsupported'],
  'port-duplicate': ['port-name-invalid', 'port-range'],
}

const placeOf = ({ path }: ValidationIssue): string => JSON.stringify(path)

/** The error causes by location. */
function codesByPlace(errors: readonly ValidationIssue[]): ReadonlyMap<string, ReadonlySet<Code>> {
  const out = new Map<string, Set<Code>>()
  for (const issue of errors) {
    const place = placeOf(issue)
    const known = out.get(place) ?? new Set()
    out.set(place, known.add(issue.code))
  }
  return out
}

/** The verdict on an object, without consequences of other errors. */
function* judgements({ resource, errors, warnings }: Verdict): Iterable<Judgement> {
  let places: ReadonlyMap<string, ReadonlySet<Code>> | undefined
  const follows = (issue: ValidationIssue): boolean => {
    const causes = errors.length > 0 ? FOLLOWS_FROM[issue.code] : undefined
    if (!causes) return false
    places ??= codesByPlace(errors)
    const here = places.get(placeOf(issue))
    return causes.some((cause) => here?.has(cause))
  }
  for (const issue of errors) if (!follows(issue)) yield { resource, issue, rejects: true }
  for (const issue of warnings) if (!follows(issue)) yield { resource, issue, rejects: false }
}

function groupByCode(verdicts: readonly Verdict[]): ByCode {
  const out = new Map<Code, Judgement[]>()
  for (const verdict of verdicts) {
    for (const judgement of judgements(verdict)) append(out, judgement.issue.code, judgement)
  }
  return out
}

/** Computed once for all rules. */
const byVerdicts = new WeakMap<readonly Verdict[], ByCode>()

/** The verdicts on all objects, by cause. */
export function judgementsOf(verdicts: readonly Verdict[]): ByCode {
  const known = byVerdicts.get(verdicts)
  if (known) return known
  const made = groupByCode(verdicts)
  byVerdicts.set(verdicts, made)
  return made
}
