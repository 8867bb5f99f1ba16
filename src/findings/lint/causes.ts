/**
 * One finding for all findings that one setting of the proxies causes and that cost nothing: thousands of entries may
 * rely on automatic addresses, and one line of the mesh configuration ends all of their findings.
 */
import { append } from '../../common/collections.ts'
import { describeResource } from '../../kinds/resource.ts'
import { union } from './engine/collector.ts'
import type { Cause, LintFinding, RelatedPlace } from './rule.ts'

/** At most this many of the other entries are named. */
const MOST_RELATED = 4

interface CauseText {
  /** What the proxies do, and how many entries this affects. */
  readonly what: (entries: string) => string
  readonly change: string
}

const TEXTS: Readonly<Record<Cause, CauseText>> = {
  'dns-capture': {
    what: (entries) => `DNS capture is off: ${entries} rely on automatic addresses, which proxies do not use`,
    change: 'capture DNS (ISTIO_META_DNS_CAPTURE)',
  },
  'automatic-addresses': {
    what: (entries) => `proxies do not ask for automatic addresses: ${entries} have no address`,
    change: 'capture DNS with automatic addresses (ISTIO_META_DNS_CAPTURE, ISTIO_META_DNS_AUTO_ALLOCATE)',
  },
}

/** The change that ends all findings of a cause. */
export const CAUSE_CHANGES: Readonly<Record<Cause, string>> = {
  'dns-capture': TEXTS['dns-capture'].change,
  'automatic-addresses': TEXTS['automatic-addresses'].change,
}

const counted = (count: number): string => count.toLocaleString('en-US')

const isMinor = ({ severity }: LintFinding): boolean => severity === 'info'

/** What the change ends besides the findings of a group. */
function othersText(findings: readonly LintFinding[], cause: Cause): string {
  const others = findings.filter((finding) => finding.cause === cause && !isMinor(finding))
  return others.length === 0
    ? ''
    : ` and ${counted(others.length)} more ${others.length === 1 ? 'finding' : 'findings'} of a lost listener`
}

/** What the entries of one group do to others. */
const EFFECT = 'each takes every connection to its port that no other listener is made for'
/** Part of the message about a port without protocol. */
const BUT_HTTP = 'all but plain HTTP'

function effectText(members: readonly LintFinding[]): string {
  const sniffed = members.filter(({ message }) => message.includes(BUT_HTTP)).length
  if (sniffed === 0) return EFFECT
  return `${EFFECT} (${sniffed === members.length ? BUT_HTTP : `${BUT_HTTP} for the ${counted(sniffed)} that state no protocol`})`
}

function together(members: readonly LintFinding[], cause: Cause, all: readonly LintFinding[]): LintFinding {
  const [first, ...others] = members
  if (!first) throw new Error('a group of findings is empty')
  const { what, change } = TEXTS[cause]
  const related = others.slice(0, MOST_RELATED).map(
    ({ resource, location }): RelatedPlace => ({
      message: `${describeResource(resource)} is another one`,
      location,
    }),
  )
  return {
    ...first,
    message: `${what(`${counted(members.length)} entries`)}; ${effectText(members)}; to end these findings${othersText(all, cause)}, ${change}`,
    related,
    namespaces: union(members.map(({ namespaces }) => namespaces)),
    count: members.length,
    fix: members.find(({ fix }) => fix?.changes.every(({ kind }) => kind === 'proxy-metadata'))?.fix,
  }
}

export interface Grouped {
  /** In the given order; a group is at the place of its first member. */
  readonly findings: readonly LintFinding[]
  /** The members of each finding that stands for several. */
  readonly members: ReadonlyMap<LintFinding, readonly LintFinding[]>
}

/**
 * Combines findings of one rule and cause that are info, where there are several.
 * @param partOf findings are combined only within one part, such as those that a change adds
 */
export function groupByCause(
  findings: readonly LintFinding[],
  partOf: (finding: LintFinding) => string = () => '',
): Grouped {
  const groups = new Map<string, LintFinding[]>()
  const keyOf = (finding: LintFinding): string | undefined =>
    finding.cause && isMinor(finding) ? `${finding.cause} ${finding.rule} ${partOf(finding)}` : undefined
  for (const finding of findings) {
    const key = keyOf(finding)
    if (key !== undefined) append(groups, key, finding)
  }
  const members = new Map<LintFinding, readonly LintFinding[]>()
  const out: LintFinding[] = []
  for (const finding of findings) {
    const group = groups.get(keyOf(finding) ?? '') ?? []
    if (group.length < 2 || !finding.cause) out.push(finding)
    else if (group[0] === finding) {
      const one = together(group, finding.cause, findings)
      members.set(one, group)
      out.push(one)
    }
  }
  return { findings: out, members }
}
