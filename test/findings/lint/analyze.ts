/** Compares vipctl lint with istioctl analyze, measured by the golden files. */

import {
  type LintFinding,
  lint,
  RULE_IDS,
  type RuleId,
  ruleEntry,
  syntheticProxies,
} from '../../../src/findings/lint/index.ts'
import type { RuleEntry } from '../../../src/findings/lint/rule.ts'
import { describeResource } from '../../../src/kinds/resource.ts'
import { portLocation } from '../../../src/registry/service.ts'
import type { CaseFolder } from '../../conformance/cases.ts'
import {
  type AnalyzeFinding,
  analyzeFindings,
  clusterOf,
  clusterOfFinding,
  clustersOfWholePorts,
  type Examined,
  examineCase,
  importedPorts,
  lostPorts,
  mayBeTcp,
  meshOfCase,
  portOfFinding,
} from './golden.ts'

type Cases = readonly CaseFolder[]

export const MARKERS = {
  begin: '<!-- tables: written by `npm run pages` -->\n',
  end: '<!-- end of tables -->',
} as const

interface Tally {
  ports: number
  analyze: number
  lint: number
}

const newTally = (): Tally => ({ ports: 0, analyze: 0, lint: 0 })

const ADDRESSES_REQUIRED = 'IST0134'
const LOSS_RULES: ReadonlySet<string> = new Set<RuleId>([
  'tcp-port-conflict',
  'shared-vip-port',
  'server-first-conflict',
  'http-tcp-same-port',
])
/** Schema warnings and the analyzer for missing addresses: one considers istiod's settings, the other the mesh's. */
const ADDRESS_CODES: ReadonlySet<string> = new Set(['IST0133', ADDRESSES_REQUIRED])
/** The corresponding rules: the entry has no address of its own, and the consequences. */
const ADDRESS_RULES: readonly RuleId[] = [
  'tcp-port-conflict',
  'server-first-conflict',
  'http-tcp-same-port',
  'vip-without-capture',
  'tcp-address-required',
  'tcp-catch-all',
]

/** Rules that cover part of a code: other rules report the case of entries in different namespaces. */
const RULES_BESIDE: ReadonlyMap<string, readonly RuleId[]> = new Map([
  ['IST0177', ['host-merge-blocked', 'host-namespace-shadowed']],
])

const lineOf = ({ reference }: AnalyzeFinding): number => Number(reference.slice(reference.lastIndexOf(':') + 1))

/** IST0134 reports the line of a port's name; the port begins up to two lines earlier. */
function flagsPort(lines: ReadonlySet<number>, line: number): boolean {
  return lines.has(line) || lines.has(line + 1) || lines.has(line + 2)
}

interface EntryPort {
  readonly text: string
  readonly line: number
  readonly cluster: string
}

/** Ports of ServiceEntries without addresses that may be TCP and have a cluster. */
function entryPorts({ view, golden }: Examined): readonly EntryPort[] {
  const clusters = new Set(golden.clusters.map(({ name }) => name))
  const out: EntryPort[] = []
  for (const [text, [service, port]] of importedPorts(view)) {
    const { source, hostname } = service
    if (source.kind !== 'ServiceEntry' || !mayBeTcp(port) || service.defaultAddress !== '0.0.0.0') continue
    const cluster = clusterOf(hostname, port.number)
    if (clusters.has(cluster)) out.push({ text, line: portLocation(service, port.number).position().line, cluster })
  }
  return out
}

interface Losses {
  readonly lost: Tally
  readonly kept: Tally
}

function countLosses(cases: Cases): Losses {
  const losses: Losses = { lost: newTally(), kept: newTally() }
  for (const { folder, name } of cases) {
    const lines = new Set(
      analyzeFindings(folder, name)
        .filter(({ code }) => code === ADDRESSES_REQUIRED)
        .map(lineOf),
    )
    for (const examined of examineCase(folder, name)) {
      if (examined.view.proxy.dnsCapture) continue
      const lost = new Set(lostPorts(examined))
      const reported = new Set(
        examined.findings
          .filter(({ rule }) => LOSS_RULES.has(rule))
          .filter(isLoss)
          .map(portOfFinding),
      )
      for (const { text, line } of entryPorts(examined)) {
        const tally = lost.has(text) ? losses.lost : losses.kept
        tally.ports++
        if (flagsPort(lines, line)) tally.analyze++
        if (reported.has(text)) tally.lint++
      }
    }
  }
  return losses
}

const isLoss = ({ message }: { readonly message: string }): boolean => message.includes(' gets no connections: ')

interface Truth {
  total: number
  lost: number
  holds: number
  neither: number
}

/** What actually happens to ports that IST0134 reports, for any sidecar of the case. */
function truthOfAnalyze(cases: Cases): Truth {
  const truth: Truth = { total: 0, lost: 0, holds: 0, neither: 0 }
  for (const { folder, name } of cases) {
    const lost = new Set<number>()
    const held = new Set<number>()
    for (const examined of examineCase(folder, name)) {
      const losers = new Set(lostPorts(examined))
      const holders = clustersOfWholePorts(examined)
      for (const { text, line, cluster } of entryPorts(examined)) {
        if (losers.has(text)) lost.add(line)
        else if (holders.has(cluster)) held.add(line)
      }
    }
    for (const finding of analyzeFindings(folder, name)) {
      if (finding.code !== ADDRESSES_REQUIRED) continue
      const isOneOf = (lines: ReadonlySet<number>) => [0, 1, 2].some((back) => lines.has(lineOf(finding) - back))
      truth.total++
      if (isOneOf(lost)) truth.lost++
      else if (isOneOf(held)) truth.holds++
      else truth.neither++
    }
  }
  return truth
}

/** The same for lint's findings about ports, each for the proxy that it was found for. */
function truthOfLint(cases: Cases): Truth {
  const truth: Truth = { total: 0, lost: 0, holds: 0, neither: 0 }
  const rules = new Set<string>(ADDRESS_RULES)
  for (const { folder, name } of cases) {
    for (const examined of examineCase(folder, name)) {
      const holders = clustersOfWholePorts(examined)
      for (const finding of examined.findings) {
        if (!rules.has(finding.rule)) continue
        const cluster = clusterOfFinding(finding)
        truth.total++
        if (!examined.golden.referenced.has(cluster)) truth.lost++
        else if (holders.has(cluster)) truth.holds++
        else truth.neither++
      }
    }
  }
  return truth
}

function rulesFor(code: string): readonly RuleId[] {
  const answering = RULE_IDS.filter((id) => (ruleEntry(id) as RuleEntry).answersTo.includes(code))
  const beside = ADDRESS_CODES.has(code) ? ADDRESS_RULES : (RULES_BESIDE.get(code) ?? [])
  return [...new Set([...beside, ...answering])]
}

interface CodeRow {
  readonly code: string
  total: number
  both: number
}

/** The objects of a finding: its own, and the other side's. */
const objectsOf = ({ resource, related }: LintFinding): readonly string[] => [
  describeResource(resource),
  ...related.map(({ message }) => message.split(' ', 2).join(' ')),
]

/** Findings of analyze, and how many have an object in a finding of a corresponding rule. */
function countCodes(cases: Cases): { readonly codes: readonly CodeRow[]; readonly rules: ReadonlyMap<RuleId, number> } {
  const codes = new Map<string, CodeRow>()
  const rules = new Map<RuleId, number>()
  for (const { folder, name } of cases) {
    const { registry, scope } = meshOfCase(folder, name)
    const mesh = { registry, scope, fromVersion: undefined }
    const byObject = new Map<string, Set<string>>()
    for (const found of lint(mesh, { proxies: syntheticProxies(scope, 'mesh'), severities: new Map() })) {
      for (const object of objectsOf(found)) byObject.set(object, (byObject.get(object) ?? new Set()).add(found.rule))
      const id = found.rule as RuleId
      rules.set(id, (rules.get(id) ?? 0) + 1)
    }
    for (const finding of analyzeFindings(folder, name)) {
      const row = codes.get(finding.code) ?? { code: finding.code, total: 0, both: 0 }
      codes.set(finding.code, row)
      row.total++
      const found = byObject.get(finding.origin)
      if (rulesFor(finding.code).some((id) => found?.has(id))) row.both++
    }
  }
  return { codes: [...codes.values()].sort((a, b) => (a.code < b.code ? -1 : 1)), rules }
}

type Cell = string | number

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const INVALID = 'invalid-'

/** Groups the many rules for what istiod rejects or warns about under one name. */
function ruleNames(ids: readonly RuleId[]): string {
  const names = ids.map((id) => (id.startsWith(INVALID) ? `${INVALID}*` : id))
  return codes([...new Set(names)])
}

/** Cases in which DNS capture is not on for every sidecar. */
const withoutCapture = (cases: Cases): Cases =>
  cases.filter(({ folder, name }) => examineCase(folder, name).some(({ view }) => !view.proxy.dnsCapture))

const code = (text: string): string => `\`${text}\``
const codes = (texts: readonly string[]): string => (texts.length > 0 ? texts.map(code).join(', ') : 'none')

function tablesOf(cases: Cases, { lost, kept }: Losses): string {
  const [analyze, ours] = [truthOfAnalyze(cases), truthOfLint(cases)]
  const { codes: byCode, rules } = countCodes(cases)
  const truth = ({ total, lost: losing, holds, neither }: Truth) => [total, losing, holds, neither]
  const only = RULE_IDS.filter((id) => (ruleEntry(id) as RuleEntry).answersTo.length === 0 && !id.startsWith(INVALID))
  return [
    '',
    '### Ports that lose their listener',
    '',
    table(
      [
        'TCP ports of entries without an address, for proxies without DNS capture',
        'ports',
        'IST0134',
        'reported as lost by vipctl',
      ],
      [
        ['lose their listener to another service', lost.ports, lost.analyze, lost.lint],
        ['lose nothing', kept.ports, kept.analyze, kept.lint],
      ],
    ),
    '',
    '### What the golden files say of findings about addresses',
    '',
    table(
      ['findings', 'all', 'the port is lost', 'the port is held as a whole', 'neither'],
      [
        ['`IST0134`, by port, for any sidecar of the case', ...truth(analyze)],
        ['the same where a sidecar of the case does not capture DNS', ...truth(truthOfAnalyze(withoutCapture(cases)))],
        [`${codes(ADDRESS_RULES)}, by port and sidecar`, ...truth(ours)],
      ],
    ),
    '',
    '### By code of istioctl analyze',
    '',
    table(
      ['code', 'findings', 'vipctl has one with the object too', 'analyze alone', 'by rules'],
      byCode.map(({ code: name, total, both }) => [code(name), total, both, total - both, ruleNames(rulesFor(name))]),
    ),
    '',
    '### Rules that answer to no code',
    '',
    table(
      ['rule', 'findings in the cases'],
      only.map((id) => [code(id), rules.get(id) ?? 0]),
    ),
    '',
    '',
  ].join('\n')
}

export interface Comparison {
  readonly losses: Losses
  /** Markdown. */
  readonly tables: string
}

export function compareWithAnalyze(cases: Cases): Comparison {
  const losses = countLosses(cases)
  return { losses, tables: tablesOf(cases, losses) }
}
